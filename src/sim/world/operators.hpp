#pragma once

#include <cstdint>
#include <vector>

#include "mayhem/async/task_group.hpp"
#include "sim/world/sim_host.hpp"

namespace mayhem::sim {

/// The people around a simulated daemon: they halt it and resume it by every door, edit its config, end it, drain it,
/// ask for restarts, close breakers, and look how it is.
class operators {
public:
    operators(sim_estate& e, sim_host& h);

    void start();

    /// Somebody asks how it is.
    void look_once();
    [[nodiscard]] async::awaitable<void> end();

private:
    async::awaitable<void> halt_now_and_then();
    async::awaitable<void> resume_after(dice::outcome how);
    async::awaitable<void> make_file_now_and_then();
    async::awaitable<void> halt_by_config_now_and_then();
    async::awaitable<void> reload_now_and_then();
    async::awaitable<void> break_config_now_and_then();
    async::awaitable<void> stop_now_and_then();
    async::awaitable<void> lose_patience();
    async::awaitable<void> drain_now_and_then();
    async::awaitable<void> ask_for_restarts();
    async::awaitable<void> close_breakers();
    async::awaitable<void> look();

    /// Whoever answers just now; null if nobody does.
    [[nodiscard]] sim_front* front();
    void reload();
    void stop();
    void ask_for_restart(const dice::outcome& whom, const std::string& target);
    void close_breaker(const std::string& group);

    sim_estate& estate_;
    scene& scene_;
    sim_host& host_;
    async::task_group working_;
};

}  // namespace mayhem::sim
