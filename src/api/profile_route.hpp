#pragma once

#include <chrono>

#include "control/http.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/blocking.hpp"

namespace mayhem::app {

/// How long a profile may take.
inline constexpr std::chrono::seconds profile_max{60};

/// What POST /v1/profile returns: after as many seconds as the body asks for ({"seconds": 10}), the CPU profile of
/// this process over that time, as google-pprof reads it. 400 for a body that asks for anything else, 409 while
/// another profile is being taken, 501 where the program was built without gperftools. A cancelled one is thrown away.
async::awaitable<control::response> take_profile(control::request r, async::blocking& pool);

}  // namespace mayhem::app
