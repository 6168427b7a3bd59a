#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::drivers {

/// What a driver is as well if it can say why something is no target of its group, although it is there.
class explainer {
public:
    virtual ~explainer() = default;

    /// One sentence for each thing that goes by `name`, "unit web.service: it is masked"; none if nothing does. Touches
    /// nothing. Throws, derived from `std::exception`, when it cannot look.
    virtual async::awaitable<std::vector<std::string>> explain(std::string name) = 0;

    /// Who starts a target again once it has ended, or that nobody is known to: "web.service starts it again
    /// (Restart=always)"; empty: there is nothing to say. Touches nothing. Throws likewise.
    virtual async::awaitable<std::string> who_starts_again(core::target /*t*/) { return async::ready(std::string()); }

    /// Why nothing matches: how many there are that meet each condition of the group, "name 'nginx': 0 of 212". Touches
    /// nothing. Throws likewise.
    virtual async::awaitable<std::vector<std::string>> near_misses() {
        return async::ready(std::vector<std::string>());
    }

    /// What is known to take its time: a target is back so long after the act at the earliest.
    struct known_wait {
        core::duration at_least{};
        std::string because{};  ///< "RestartSec=30s"
    };

    /// Of a target that the last list has shown; nothing: nothing of the kind is known. Costs nothing.
    [[nodiscard]] virtual std::optional<known_wait> wait_for(const core::target& /*t*/) const { return std::nullopt; }
};

}  // namespace mayhem::drivers
