#pragma once

#include <exception>
#include <string>

#include "mayhem/async/settled.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::probes {

/// What could not be asked does not pass, whatever the reason: no descriptor, no memory, no thread. `what` is the
/// probe's `describe()`. To be called while the exception is handled; passes a cancellation of the caller on.
[[nodiscard]] inline ports::probe_result not_asked(std::string what) {
    if (async::is_cancel_requested()) {
        throw;
    }
    return {.passes = false, .detail = what + ": it cannot be asked: " + async::text_of(std::current_exception())};
}

}  // namespace mayhem::probes
