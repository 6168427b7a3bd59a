#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/contract/explainer.hpp"
#include "drivers/contract/once_teller.hpp"
#include "drivers/contract/span_count.hpp"
#include "drivers/docker/docker_action.hpp"
#include "drivers/docker/docker_engine.hpp"
#include "drivers/docker/docker_pause.hpp"
#include "drivers/docker/docker_selector.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/ports/driver.hpp"
#include "system/pidfd.hpp"

namespace mayhem::drivers {

struct docker_driver_settings {
    std::string socket = "/var/run/docker.sock";
    docker_selector selector = {};
    docker_action action = docker_action::restart;
    core::span_terms terms{.length = std::chrono::seconds{10}};   ///< of what lasts
    int signal = SIGKILL;                                         ///< of `kill` and `crash`
    std::chrono::seconds stop_timeout{10};                        ///< of `restart`: from the stop signal to SIGKILL
    bool allow_dead = false;                                      ///< also hit what nothing would bring back
    std::chrono::nanoseconds timeout = std::chrono::seconds{10};  ///< of each request to the engine
    std::size_t targets_max = 10'000;
};

/// Hits the containers of Docker or Podman, through their API.
///
/// - Target: `id` and `name` are the container's name; the incarnation is "CONTAINER_ID@STARTED_AT". With an
///   action that lasts, which leaves the container its life, it counts these as well (`span_count`).
/// - `list` holds what runs, is not paused, passes its health check if it has one, and is fit (`why_unfit`). What is
///   left out for the last reason is told once; if nothing else is there, `list` throws and says so.
/// - `restart` looks again at exactly the container and life of the message, then acts. `crash` signals through a
///   pidfd, which no other process can get into the way of. The others go through the engine, which knows no
///   conditions: a container that somebody else restarts in the millisecond between look and act is restarted again.
/// - An act that the engine does not answer, or in which it fails (a status of 5xx: it may have stopped the container,
///   and not started it again), counts as done, is never repeated, and its recovery is watched.
/// - `pause`, `cut`, `loss`, `dns`, `delay`, `fill` and `throttle` last: who carries one out ends it (`ports::lasting`,
///   `docker_pause`, `actions::network_action`, `hold_network`, `actions::fill`, `actions::throttle`).
/// - A container that its engine, or somebody through it, is at just now is somebody else's: `busy`
///   (`why_engine_is_busy`). What its engine has heard of it is asked beside the look before an act, so that it costs
///   no round trip; whether Compose is about to replace it, beside a second look, which is one. One that somebody has
///   stopped or removed since the act is his: `end_of_container`.
/// - The container in which Mayhem itself runs is protected.
/// - What goes down with a container: `reach_of_container`.
/// - Recovery is a container of the same name that runs, is not paused and is healthy, in another incarnation.
///
/// While recovery is watched, an engine that does not answer only means "not yet"; it is told once.
class docker_driver final : public ports::driver,
                            public explainer,
                            private ports::lasting,
                            private ports::neighbourhood,
                            private ports::aftermath {
public:
    using teller = once_teller::teller;

    /// `flow_name` differs between any two groups on one database. The pool outlives the driver. `m` is what the
    /// drivers of one group share; null: it is the only one. Throws `std::invalid_argument` for a signal that ends
    /// nothing.
    docker_driver(docker_driver_settings settings, std::string flow_name, async::blocking& pool, teller tell,
                  std::shared_ptr<span_count> m = nullptr);

    [[nodiscard]] std::string_view kind() const noexcept override { return "docker"; }
    [[nodiscard]] std::string_view act() const noexcept override { return to_string(settings_.action); }
    [[nodiscard]] ports::target_scope scope() const noexcept override { return ports::target_scope::incarnation; }
    [[nodiscard]] std::size_t absent() const noexcept override { return absent_; }
    /// Whom something stands on takes nobody along.
    [[nodiscard]] ports::neighbourhood* neighbours() noexcept override { return lasts() == nullptr ? this : nullptr; }
    [[nodiscard]] ports::aftermath* afterwards() noexcept override { return this; }
    async::awaitable<std::vector<core::target>> list() override;
    [[nodiscard]] ports::lasting* lasts() noexcept override { return is_lasting(settings_.action) ? this : nullptr; }
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;
    async::awaitable<std::vector<std::string>> explain(std::string name) override;
    async::awaitable<std::vector<std::string>> near_misses() override;
    [[nodiscard]] std::optional<known_wait> wait_for(const core::target& t) const override;

private:
    async::awaitable<ports::departure> departure_of(core::target t) override;
    [[nodiscard]] bool tells_whose_doing() const noexcept override { return true; }
    [[nodiscard]] async::awaitable<ports::departure> find_departure(core::target t) const;
    [[nodiscard]] ports::departure describe_departure(const std::optional<container>& c, const core::target& t) const;
    [[nodiscard]] async::awaitable<std::vector<engine_event>> recent_events(const core::target& t) const;
    [[nodiscard]] std::optional<std::string> why_left_alone(const container& c) const;
    [[nodiscard]] std::string why_no_target(const container& c) const;
    async::awaitable<std::vector<core::reach>> reach_of(std::vector<core::target> targets) override;
    async::awaitable<std::optional<std::vector<std::string>>> lives_of(std::vector<std::string> ids) override;
    [[nodiscard]] async::awaitable<std::size_t> count_absent(std::vector<container_summary> running) const;
    [[nodiscard]] async::awaitable<std::vector<core::reach>> find_reach(std::vector<core::target> targets) const;
    [[nodiscard]] async::awaitable<std::vector<std::string>> find_lives(std::vector<std::string> ids) const;
    [[nodiscard]] async::awaitable<std::vector<std::optional<container>>> inspect_all(
        std::vector<std::string> ids) const;

    [[nodiscard]] const core::span_terms& terms() const noexcept override { return settings_.terms; }
    async::awaitable<ports::held_target> hold(const core::target& t) override;
    void note_stood(const core::target& t) override;
    [[nodiscard]] async::awaitable<ports::held_target> hold_in_network(container c) const;
    [[nodiscard]] async::awaitable<ports::held_target> hold_disk(container c) const;
    [[nodiscard]] async::awaitable<ports::held_target> hold_scope(container c) const;
    [[nodiscard]] async::awaitable<std::vector<container>> find_running() const;

    struct aimed;
    [[nodiscard]] async::awaitable<aimed> aim_at(core::target t) const;
    [[nodiscard]] std::string incarnation_of(const container& c) const;
    [[nodiscard]] core::target to_target(const container& c) const;
    [[nodiscard]] std::optional<ports::act_result> refuse(const std::optional<container>& c,
                                                          const core::target& t) const;
    [[nodiscard]] ports::act_result in_doubt(const engine_error& e) const;
    [[nodiscard]] async::awaitable<std::vector<core::target>> find_targets();
    [[nodiscard]] async::awaitable<std::optional<core::target>> find_successor(const core::target& t) const;
    [[nodiscard]] async::awaitable<std::optional<container>> look_at(std::string id) const;
    [[nodiscard]] async::awaitable<ports::act_result> act(const container& c, const ports::go_ahead& may_act);
    [[nodiscard]] async::awaitable<ports::act_result> crash(const container& c, const ports::go_ahead& may_act) const;

    const docker_driver_settings settings_;
    async::blocking& pool_;
    once_teller tell_once_;
    const docker_engine engine_;
    const std::shared_ptr<span_count> memory_;
    span_count& spans_ = *memory_;
    std::size_t absent_ = 0;
    std::map<std::string, core::duration> first_checks_;  ///< of those whom the last list has shown
    const std::string own_container_;                     ///< names the container in which Mayhem runs, if it does
};

}  // namespace mayhem::drivers
