#pragma once

#include <exception>
#include <string>

#include "mayhem/async/settled.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::test {

/// Why an act was a failed restart; "none" if it was not, and what else it threw.
[[nodiscard]] inline std::string error_of(const async::settled<ports::act_result>& result) {
    try {
        result.rethrow_if_failed();
        return "none";
    } catch (const core::restart_failed& e) {
        return e.what();
    } catch (const std::exception& e) {
        return std::string("no restart_failed: ") + e.what();
    }
}

}  // namespace mayhem::test
