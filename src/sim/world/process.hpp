#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/task_group.hpp"
#include "sim/disk/disk_process.hpp"
#include "sim/world/message_progress.hpp"
#include "sim/world/scene.hpp"

namespace mayhem::sim {

/// The process in which one life of the daemon runs, as the world sees it. When it is killed, everything that the life
/// holds goes on to exist, because a coroutine cannot be taken away in the middle; but nothing that it does is seen any
/// more: every port asks `is_alive`, and fails. So its clean-up runs into nothing, as a corpse's should.
class process {
public:
    process(scene& s, std::uint64_t number);
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] bool is_alive() const noexcept { return is_alive_; }

    /// It is gone from now on; whoever waits for the world goes on.
    void die() noexcept;
    [[nodiscard]] async::event& death() noexcept { return death_; }

    /// Waits so long, or until the process dies.
    async::awaitable<void> spend(std::chrono::nanoseconds d);

    /// How long a call takes: `usual` at most, or, if a die says so, up to `slow`, which is then a trouble of the
    /// world. `makes`: the weak moment that it is if it takes long.
    async::awaitable<void> take_time(fault f, std::chrono::nanoseconds usual, std::chrono::nanoseconds slow,
                                     trouble_kind kind, std::optional<std::string> group = std::nullopt,
                                     std::optional<weak_moment> makes = std::nullopt);

    /// A port's call came back: an interesting moment to be killed at. `after_call` hears of each.
    void note_call() const {
        if (after_call) {
            after_call();
        }
    }
    std::function<void()> after_call;

    /// It may have been killed inside a call of the disk; `on_death_in_call` hears of it.
    void look_whether_it_died();
    std::function<void()> on_death_in_call;

    [[nodiscard]] scene& world() noexcept { return scene_; }
    [[nodiscard]] disk_process& disk() noexcept { return disk_; }
    [[nodiscard]] message_progress& messages() noexcept { return messages_; }

    /// What the world does on behalf of it, such as the database's thread.
    [[nodiscard]] async::task_group& tasks() noexcept { return tasks_; }

private:
    scene& scene_;
    const std::uint64_t number_;
    bool is_alive_ = true;
    async::event death_;
    disk_process disk_;
    message_progress messages_;
    async::task_group tasks_;
};

}  // namespace mayhem::sim
