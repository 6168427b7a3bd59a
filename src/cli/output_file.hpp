#pragma once

#include <filesystem>
#include <string_view>

namespace mayhem::cli {

/// A file that a command was told to write. Whatever stands there stays until the whole new content is on the disk: it
/// is written beside it, and takes its name then. What cannot be replaced is written in place, likewise at the end:
/// what is no regular file (/dev/stdout, a pipe), and a file in a folder in which nothing can be made.
class output_file {
public:
    /// Finds out whether it can be written, and leaves nothing there. Throws `cannot_write`.
    explicit output_file(std::filesystem::path path);

    /// Throws `cannot_write`.
    void write(std::string_view content) const;

private:
    void replace(std::string_view content) const;

    const std::filesystem::path path_;
    const std::filesystem::path target_;  ///< what links lead to
    bool is_replaced_ = false;
};

}  // namespace mayhem::cli
