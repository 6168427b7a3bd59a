#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mayhem::testing {

/// A folder of the test's own, gone with its object.
class test_folder {
public:
    test_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "mayhem-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("cannot make a folder " + name);
        }
        path_ = name;
    }
    ~test_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    test_folder(const test_folder&) = delete;
    test_folder& operator=(const test_folder&) = delete;

    [[nodiscard]] std::string operator/(std::string_view name) const { return (path_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// Writes a file in it and returns its path.
    [[nodiscard]] std::string write(std::string_view name, std::string_view text) const {
        const std::string path = *this / name;
        std::ofstream(path, std::ios::trunc | std::ios::binary) << text;
        return path;
    }

private:
    std::filesystem::path path_;
};

/// Empty if there is no such file.
inline std::string read_text(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return std::move(text).str();
}

}  // namespace mayhem::testing
