#pragma once

#include <cstdlib>

namespace mayhem::drivers {

/// For a `std::unique_ptr` that owns what libsystemd allocated with malloc.
struct free_deleter {
    void operator()(char* text) const noexcept { std::free(text); }
};

}  // namespace mayhem::drivers
