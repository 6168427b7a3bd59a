#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "mayhem/async/task_group.hpp"
#include "sim/chance/trace.hpp"
#include "sim/world/sim_life.hpp"

namespace mayhem::sim {

/// The machine on which the daemon lives, one life after another, as a service manager would have it; and what befalls
/// it there: SIGKILL, loss of power, a full disk, a clock that is set.
class sim_host {
public:
    sim_host(sim_estate& e, trace& t);
    ~sim_host();

    /// Begins all of it.
    void start();

    /// The life that is there; null between two.
    [[nodiscard]] sim_life* life() noexcept { return life_ && life_->is_alive() ? life_.get() : nullptr; }

    /// `lives()` was `which` once: it is there yet, and no other since. Its address would not say so, for the next life
    /// may be given the same one, or not, as the heap happens to be.
    [[nodiscard]] bool is_still(std::uint64_t which) noexcept { return which == lives_ && life() != nullptr; }

    /// Does it soon, at a moment at which something goes on if there is one: after some calls of ports have come back,
    /// and some steps more. One thing at a time.
    void strike(const dice::outcome& how, std::function<void()> blow);

    /// Kills what lives, for the last time.
    void kill_last();

    /// No other life after this one; it is told to stop, and has gone when this returns.
    [[nodiscard]] async::awaitable<void> shut_down();

    /// What has died, and does not come to its end, so that it has to be left where it is.
    [[nodiscard]] bool is_stuck() const noexcept { return is_stuck_; }
    [[nodiscard]] std::uint64_t lives() const noexcept { return lives_; }
    [[nodiscard]] std::uint64_t kills() const noexcept { return kills_; }

private:
    async::awaitable<void> supervise();
    async::awaitable<void> bury(std::unique_ptr<sim_life> dead);
    async::awaitable<void> kill_now_and_then();
    async::awaitable<void> cut_power_now_and_then();
    async::awaitable<void> fail_disk_now_and_then();
    async::awaitable<void> fill_disk_now_and_then();
    async::awaitable<void> set_clock_now_and_then();
    void kill(life_end how);
    [[nodiscard]] disk_fault decide(const disk_call& c);

    sim_estate& estate_;
    scene& scene_;
    trace& trace_;
    std::unique_ptr<sim_life> life_;
    std::uint64_t lives_ = 0;
    std::uint64_t kills_ = 0;
    std::uint64_t calls_left_ = 0;  ///< until the blow
    std::uint64_t steps_after_ = 0;
    std::function<void()> blow_;
    std::uint64_t writes_to_fail_ = 0;
    bool do_syncs_alone_fail_ = false;  ///< and the writes before them do not
    bool is_next_hurt_ = false;         ///< the next life is killed in its first steps
    bool is_over_ = false;
    bool is_stuck_ = false;
    async::task_group befalling_;
    async::task_group burying_;
    async::task_group supervising_;
};

}  // namespace mayhem::sim
