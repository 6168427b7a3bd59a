#pragma once

#include <span>
#include <string_view>

namespace mayhem::app {

/// A file of the web page, as it is embedded in the program.
struct page_file {
    std::string_view path;  ///< under which it is served
    std::string_view content_type;
    std::string_view summary;  ///< a phrase for a person
    std::string_view text;
};

/// All of them: the page, its script, its style and its picture. Built from src/api/page (docs/development.md).
[[nodiscard]] std::span<const page_file> page_files() noexcept;

/// What a report in a file by itself has of them.
struct report_files {
    std::string_view script;
    std::string_view style;
    std::string_view policy;  ///< what of the content policy names these two by their hashes
};

[[nodiscard]] const report_files& files_of_report() noexcept;

}  // namespace mayhem::app
