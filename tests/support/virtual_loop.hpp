#pragma once

#include <cstddef>
#include <source_location>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::test {

/// A loop on virtual time and one group, `group`, whose failures are collected. One a test, declared after everything
/// that its tasks use: its destructor expects that nothing is pending (no live task, no timer, no branch, nothing
/// ready) and that every failure was looked at (`take_failures`).
class virtual_loop {
public:
    explicit virtual_loop(std::size_t group_limit = async::task_group::default_limit);
    ~virtual_loop();
    virtual_loop(const virtual_loop&) = delete;
    virtual_loop& operator=(const virtual_loop&) = delete;

    async::virtual_clock clock;
    async::loop loop{clock};

    /// Starts `body` in `group`.
    void spawn(async::awaitable<void> body, std::source_location at = std::source_location::current());
    void spawn(async::task_name name, async::awaitable<void> body,
               std::source_location at = std::source_location::current());

    /// Runs the loop until no task is left.
    void run();

    /// `spawn` and `run`.
    void run(async::awaitable<void> body, std::source_location at = std::source_location::current());

    /// Runs for so much virtual time; the tasks that are left stay where they are.
    void run_for(async::clock::duration d);

    /// Virtual time since the test began.
    [[nodiscard]] async::clock::duration elapsed() const noexcept { return clock.now() - began_; }

    /// The failures so far, which from now on count as seen.
    [[nodiscard]] std::vector<async::task_failure> take_failures();

private:
    const async::clock::time_point began_ = clock.now();
    std::vector<async::task_failure> failures_;

public:
    async::task_group group;
};

}  // namespace mayhem::test
