#pragma once

#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/result.hpp"

namespace mayhem::fleet {

/// Finds the addresses of a name. Passed in, so that a test can be as slow as a name service.
class address_lookup {
public:
    virtual ~address_lookup() = default;

    /// In the order in which they should be tried; or why there are none. May take for ever: whoever asks has a limit.
    /// Cancellable at once.
    [[nodiscard]] virtual async::awaitable<core::result<std::vector<std::string>>> find(std::string host) = 0;
};

}  // namespace mayhem::fleet
