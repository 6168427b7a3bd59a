#pragma once

#include <cerrno>
#include <cstddef>
#include <string_view>

#include <unistd.h>

namespace mayhem::system {

/// Writes the whole of `text` to `fd`, which blocks, going on after a part and after a signal: a full disk may take a
/// part, and says so at the next call. False if it cannot be written; why is in errno, and a part may stand there then.
[[nodiscard]] inline bool write_all(int fd, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace mayhem::system
