#pragma once

#include <chrono>
#include <functional>

#include "fleet/address_lookup.hpp"
#include "fleet/link_observer.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/random.hpp"

namespace mayhem::fleet {

/// What a link needs from outside; the references outlive it.
struct link_needs {
    async::loop& loop;
    address_lookup& names;
    link_observer& observer;
    core::random_source random;                           ///< its own
    std::function<std::chrono::nanoseconds()> boot_time;  ///< a clock that goes on in a suspend
};

}  // namespace mayhem::fleet
