#include "sim/world/rethrow.hpp"

#include <cstdio>
#include <exception>

#include <fmt/format.h>

namespace mayhem::sim {

void rethrow(const async::task_failure& f) noexcept {
    fmt::print(stderr, "the simulated world is at fault: {}\n", f.describe());
    std::terminate();
}

}  // namespace mayhem::sim
