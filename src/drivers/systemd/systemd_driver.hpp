#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/contract/explainer.hpp"
#include "drivers/contract/once_teller.hpp"
#include "drivers/contract/span_count.hpp"
#include "drivers/systemd/systemd_bus.hpp"
#include "drivers/systemd/systemd_manager.hpp"
#include "drivers/systemd/systemd_properties.hpp"
#include "drivers/systemd/systemd_unit.hpp"
#include "drivers/systemd/unit_ledger.hpp"
#include "drivers/systemd/unit_selector.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

struct systemd_driver_settings {
    systemd_manager manager = systemd_manager::system;

    /// Where the manager's bus is, in the form of D-Bus addresses; empty: `find_bus_address`.
    std::string bus_address{};

    std::vector<std::string> units{};  ///< as of `unit_selector`; at least one

    systemd_action action = systemd_action::restart;
    int signal = SIGKILL;                                        ///< of `kill`
    bool allow_dead = false;                                     ///< also what systemd would not bring back
    core::span_terms terms{.length = std::chrono::seconds{30}};  ///< of what lasts
    std::chrono::nanoseconds call_limit = std::chrono::seconds{10};
    std::chrono::nanoseconds job_limit = std::chrono::minutes{3};
    std::size_t targets_max = 10'000;
};

/// What the drivers of one group know of its units, whichever of them has acted.
struct systemd_memory {
    systemd_memory(std::size_t units_max, std::string flow_name) : ledger(units_max), spans(std::move(flow_name)) {}

    unit_ledger ledger;
    span_count spans;
};

/// Restarts services of a systemd manager, over D-Bus.
///
/// - Target: `id` and `name` are the unit's, the incarnation is its InvocationID.
/// - Every act addresses the unit by its InvocationID, which systemd itself compares while it carries the act out: no
///   other life can be hit, with no gap between a check and the act. What an operator stops meanwhile stays stopped.
/// - `list` leaves out what is protected (`why_unit_protected`), what a pattern caught without meaning it
///   (`why_not_meant`) and what would not come back (`why_not_back`), and tells the latter two once; `restart` refuses
///   all of them all the same. It also refuses, before it acts, where systemd's start limit
///   might leave the unit dead (`unit_ledger`): `would_stay_dead`.
/// - Once systemd has been asked, the act counts as done, also if its answer is lost, the start failed, or a
///   cancellation ends the wait for it: whether the unit comes back is then for the recovery watch to see.
/// - Recovery is another InvocationID, active, in the SubState from before the act.
/// - What goes down with a unit is what systemd would stop or restart with it (`unit_graph`), and the host, where it
///   has an action on failure that reaches it.
/// - `freeze` lasts: all processes of the unit stand still (`actions::freeze`), and who carries it out ends it; as do
///   `cut`, `loss`, `dns` and `delay`: packets do not come to it, or later (`actions::network_action`); and `fill`: a
///   file system is full
///   (`actions::fill`); and `throttle`: the unit has less of the host (`actions::throttle`, `look_at_limits`). The
///   incarnation counts what has stood (`span_count`), nobody is taken along, and recovery is the same life or another
///   one, active.
/// - A unit that somebody else has stopped or removed since is his: `end_of_unit`.
/// - A unit for which systemd has a job is somebody else's just now: `busy`. A request of ours never replaces a job.
///
/// Throws `core::restart_failed` from `restart` when the bus or systemd is the trouble. Holds no connection between two
/// calls.
class systemd_driver final : public ports::driver,
                             public explainer,
                             private ports::lasting,
                             private ports::neighbourhood,
                             private ports::aftermath {
public:
    using teller = once_teller::teller;

    /// Throws `std::invalid_argument` for settings that select nothing, or a signal that ends nothing.
    /// `flow_name` differs between any two groups on one database. `m` is what the drivers of one group share; null:
    /// it is the only one.
    systemd_driver(systemd_driver_settings settings, teller tell, std::string flow_name = {},
                   std::shared_ptr<systemd_memory> m = nullptr);

    [[nodiscard]] std::string_view kind() const noexcept override { return "systemd"; }
    [[nodiscard]] std::string_view act() const noexcept override { return to_string(settings_.action); }
    [[nodiscard]] ports::target_scope scope() const noexcept override { return ports::target_scope::incarnation; }
    [[nodiscard]] std::size_t absent() const noexcept override { return absent_; }
    /// Who stands still takes nobody along.
    [[nodiscard]] ports::neighbourhood* neighbours() noexcept override { return lasts() == nullptr ? this : nullptr; }
    [[nodiscard]] ports::aftermath* afterwards() noexcept override { return this; }
    [[nodiscard]] ports::lasting* lasts() noexcept override { return is_lasting(settings_.action) ? this : nullptr; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;
    async::awaitable<std::vector<std::string>> explain(std::string name) override;
    [[nodiscard]] std::optional<known_wait> wait_for(const core::target& t) const override;

private:
    async::awaitable<std::vector<core::reach>> reach_of(std::vector<core::target> targets) override;
    async::awaitable<std::optional<std::vector<std::string>>> lives_of(std::vector<std::string> ids) override;

    async::awaitable<ports::departure> departure_of(core::target t) override;
    async::awaitable<ports::departure> find_departure(core::target t);

    [[nodiscard]] const core::span_terms& terms() const noexcept override { return settings_.terms; }
    async::awaitable<ports::held_target> hold(const core::target& t) override;
    void note_stood(const core::target& t) override { spans_.note(span_count::life_of(t.incarnation)); }
    async::awaitable<ports::held_target> find_held(core::target t);
    [[nodiscard]] std::optional<std::string> find_why_no_effect(const systemd_unit& u) const;

    [[nodiscard]] std::string incarnation_of(const systemd_unit& u) const;
    [[nodiscard]] core::target to_target(const systemd_unit& u) const;
    [[nodiscard]] bool tells_whose_doing() const noexcept override { return true; }
    async::awaitable<core::end_seen> find_end(systemd_bus& bus, core::target t, systemd_unit u);
    [[nodiscard]] std::string describe_departure(const systemd_unit& u, core::passing is) const;
    static async::awaitable<std::string> type_of_job(systemd_bus& bus, std::string job);
    static async::awaitable<std::string> find_failed_below(systemd_bus& bus, systemd_unit u);

    [[nodiscard]] std::string why_no_target(const systemd_unit& u) const;
    [[nodiscard]] std::optional<ports::act_result> refuse(const systemd_unit& u, const core::target& t) const;
    async::awaitable<std::vector<core::target>> find_targets();
    async::awaitable<std::optional<core::target>> find_successor(const core::target& t);
    async::awaitable<std::optional<systemd_unit>> look(systemd_bus& bus, std::string unit);
    async::awaitable<std::vector<core::reach>> find_reach(std::vector<core::target> targets);
    async::awaitable<std::vector<std::string>> find_lives(std::vector<std::string> ids);
    async::awaitable<void> tell_absent(systemd_bus& bus, const std::vector<listed_service>& services);
    async::awaitable<ports::act_result> act(const core::target& t, const ports::go_ahead& may_act);
    async::awaitable<ports::act_result> carry_out(systemd_bus& bus, const core::target& t);
    async::awaitable<std::string> follow_job(systemd_bus& bus, const core::target& t, std::string job);
    [[nodiscard]] std::string explain(const core::target& t, const systemd_bus_error& e) const;

    const systemd_driver_settings settings_;
    const unit_selector selector_;
    const std::string address_;
    const std::string own_unit_;
    const std::shared_ptr<systemd_memory> memory_;
    unit_ledger& ledger_ = memory_->ledger;
    span_count& spans_ = memory_->spans;
    std::size_t absent_ = 0;
    std::map<std::string, core::duration> delays_;  ///< RestartSec= of those whom the last list has shown
    once_teller tell_once_;
};

}  // namespace mayhem::drivers
