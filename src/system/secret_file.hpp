#pragma once

#include <cstddef>
#include <string>

namespace mayhem::system {

inline constexpr std::size_t secret_bytes_max = 4096;

/// The first line of a file that holds a token or another secret. It must be a regular file that others can neither
/// read nor change, nor its group change, and the line must have 1 to `secret_bytes_max` characters, none of them a
/// control character. Throws `std::runtime_error`, which names the file and the remedy and quotes nothing of the
/// contents. Blocks.
[[nodiscard]] std::string read_secret_file(const std::string& path);

inline constexpr std::size_t secret_text_bytes_max = 64UL * 1024;

/// All of a file that is secret as a whole, such as a key: the same rules, but that it may have any lines, and 1 to
/// `secret_text_bytes_max` bytes.
[[nodiscard]] std::string read_secret_text(const std::string& path);

}  // namespace mayhem::system
