#pragma once

#include <filesystem>

namespace mayhem::cli {

/// A fresh folder below the system's folder for temporary files, removed with all that is in it by the destructor.
class temporary_folder {
public:
    /// Throws `std::system_error`.
    temporary_folder();
    ~temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace mayhem::cli
