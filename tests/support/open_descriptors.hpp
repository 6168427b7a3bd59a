#pragma once

#include <filesystem>
#include <iterator>

namespace mayhem::test {

/// How many file descriptors this process has open.
inline std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

}  // namespace mayhem::test
