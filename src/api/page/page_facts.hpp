#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/controlled.hpp"
#include "config/config.hpp"
#include "mayhem/core/act.hpp"
#include "mayhem/core/rules/breaker.hpp"
#include "mayhem/core/time.hpp"
#include "pipeline/model/halt_switch.hpp"

namespace mayhem::app {

/// What is done to the targets of a group, and for how long; zero: it is an act of an instant.
struct act_now {
    core::act what{};
    std::chrono::nanoseconds lasts{};
};

/// What the daemon knows of a group without asking anybody.
struct group_now {
    std::string name;
    std::string driver;
    std::string act;                         ///< what is done to its targets: "restart", "restart, cut"
    std::chrono::nanoseconds lasts{};        ///< so long, where that is one action; zero: it is an act of an instant
    std::size_t members = 0;                 ///< 0: not known
    std::optional<core::breaker> breaker{};  ///< open
    std::vector<act_now> acts{};             ///< its own, and those that were asked for

    /// What a message asks for, and for how long; of one that does not say it, what the group does.
    [[nodiscard]] act_now of(const core::act& what) const;
};

/// What a picture of the daemon needs of its loop's thread, at one moment; everything else is read elsewhere.
struct page_facts {
    core::wall_time now{};
    daemon_facts daemon;
    std::vector<pipeline::halt_reason> halts{};
    std::shared_ptr<const app::config> settings{};  ///< never null
    std::vector<group_now> groups{};                ///< by name; empty before there is a flow
    std::uint64_t event_id = 0;                     ///< of the newest event that is in it
};

/// On the loop's thread; `c` is the daemon's config.
[[nodiscard]] page_facts gather_facts(controlled& daemon, const pipeline::halt_switch& halt,
                                      std::shared_ptr<const config> c, core::wall_time now, std::uint64_t event_id);

}  // namespace mayhem::app
