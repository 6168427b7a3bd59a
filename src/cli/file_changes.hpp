#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mayhem::cli {

/// Files that a command changes together, or not at all: what was written is taken back with this object, unless `keep`
/// was called. Each file has its old or its new content at every moment, never a part of one.
class file_changes {
public:
    file_changes() = default;
    ~file_changes();
    file_changes(const file_changes&) = delete;
    file_changes& operator=(const file_changes&) = delete;

    /// Makes a file that everybody may read. One that has that very content already is left as it is. Throws
    /// `cannot_write`, also where another file of that name is.
    void create(const std::filesystem::path& file, const std::string& content);

    /// Puts `content` in the place of `expected`. Throws `cannot_write`, also where something else stands there by now.
    void replace(const std::filesystem::path& file, const std::string& expected, const std::string& content);

    /// They stay.
    void keep() noexcept { changes_.clear(); }

    /// Takes back what was written, the last first; what could not be, or was changed by somebody else since, is left,
    /// and returned: one sentence for each.
    std::vector<std::string> take_back();

private:
    struct change {
        std::filesystem::path file;
        std::optional<std::string> before;  ///< nothing: it was not there
        std::string after;
    };

    std::vector<change> changes_;
};

/// All of a regular file, for who compares it; nothing: it is not there, or cannot be read.
[[nodiscard]] std::optional<std::string> read_whole(const std::filesystem::path& file);

}  // namespace mayhem::cli
