#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "drivers/contract/once_teller.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

/// What `ports::driver::list` promises: whatever `listing` throws becomes `core::targets_unlisted` with the same text;
/// a cancellation stays one.
[[nodiscard]] async::awaitable<std::vector<core::target>> unlisted_on_trouble(
    async::awaitable<std::vector<core::target>> listing);

/// What `ports::driver::successor` promises: whatever keeps `look` from looking is told, and becomes `core::unseen`
/// with the same text; a cancellation stays one. `name` says whose successor is looked for; `tell` outlives the call.
[[nodiscard]] async::awaitable<std::optional<core::target>> unseen_on_trouble(
    async::awaitable<std::optional<core::target>> look, std::string name, once_teller& tell);

/// The same of what `ports::aftermath::departure_of` promises, where it is also trouble that `look` does not end within
/// `limit`. `whom` is who did not answer then, `name` whose departure is looked at.
[[nodiscard]] async::awaitable<ports::departure> unseen_on_trouble(async::awaitable<ports::departure> look,
                                                                   std::chrono::nanoseconds limit, std::string whom,
                                                                   std::string name, once_teller& tell);

/// What `ports::neighbourhood::reach_of` promises, for so many targets: whatever keeps `look` from looking, or from
/// ending within `limit`, is said of each of them; a cancellation stays one. `whom` is who did not answer then.
[[nodiscard]] async::awaitable<std::vector<core::reach>> unknown_on_trouble(
    async::awaitable<std::vector<core::reach>> look, std::size_t targets, std::chrono::nanoseconds limit,
    std::string whom);

/// What `ports::neighbourhood::lives_of` promises: whatever keeps `look` from looking is told, and means that it cannot
/// be told; a cancellation stays one. `tell` outlives the call.
[[nodiscard]] async::awaitable<std::optional<std::vector<std::string>>> nothing_on_trouble(
    async::awaitable<std::vector<std::string>> look, once_teller& tell);

}  // namespace mayhem::drivers
