#pragma once

#include <exception>

#include "mayhem/async/task_group.hpp"

namespace mayhem::sim {

/// What fails in the world itself is a fault of the simulation: it ends the program, and says where.
[[noreturn]] void rethrow(const async::task_failure& f) noexcept;

}  // namespace mayhem::sim
