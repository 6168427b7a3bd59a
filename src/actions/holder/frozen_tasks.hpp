#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "actions/holder/refusal.hpp"

namespace mayhem::actions {

/// Tasks that stand still for as long as this process lives, because it traces them (ptrace(2): PTRACE_SEIZE,
/// PTRACE_INTERRUPT). However it ends, SIGKILL included, the kernel lets all of them go on: there is nothing to undo.
///
/// The tasks and their parents notice nothing: no signal is sent, and a system call that is under way goes on
/// afterwards. What is sent to them meanwhile waits, but for SIGKILL, which works at once. Needs CAP_SYS_PTRACE, or to
/// be of the same user where the system allows that (kernel.yama.ptrace_scope).
///
/// Blocks; the thread that constructs it is the only one that uses it, because the kernel knows a tracer by its thread.
class frozen_tasks {
public:
    /// More than these are not held still: it would take too long.
    static constexpr std::size_t tasks_max = 5000;

    /// A task that does not come to a halt for so long is stuck inside the kernel.
    static constexpr std::chrono::seconds stops_within{2};

    /// Makes all tasks of these processes stand still, those that they start meanwhile included; returns once all were
    /// seen to, or why not: then those that stood already go on when this process ends. May be called again, for
    /// others. A process that has ended is left out.
    [[nodiscard]] std::optional<refusal> freeze(const std::vector<pid_t>& processes);

    /// Tasks and processes that stand still, as far as is known.
    [[nodiscard]] std::size_t tasks() const noexcept { return tasks_.size(); }
    [[nodiscard]] std::size_t processes() const noexcept { return processes_.size(); }

    /// Of those tasks, how many the kernel says stand still for their tracer.
    [[nodiscard]] std::size_t count_still() const;

    /// Forgets those that have ended since, so that their parents learn of it. Does not wait.
    void bury();

    /// Somebody has told one of them to end (SIGTERM, SIGINT, SIGHUP or SIGQUIT waits for it): which one.
    [[nodiscard]] std::optional<pid_t> find_told_to_end() const;

private:
    [[nodiscard]] std::optional<refusal> seize(pid_t process, std::size_t& news);
    [[nodiscard]] std::optional<refusal> wait_for_all();
    void note_status(pid_t task, int status);

    std::set<pid_t> processes_;
    std::set<pid_t> tasks_;     ///< all that are traced
    std::set<pid_t> restless_;  ///< of those: not seen to stand still yet
};

/// For a person: "5 tasks", "7 tasks of 3 processes".
[[nodiscard]] std::string describe(const frozen_tasks& f);

}  // namespace mayhem::actions
