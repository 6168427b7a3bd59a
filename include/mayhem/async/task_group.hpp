#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <source_location>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/task_name.hpp"

namespace mayhem::async {

namespace detail {
class nested_group;
}

/// A task ended with an exception that nobody caught. What is told takes no memory, since that may be what has run out;
/// to make a text of it does.
struct task_failure {
    task_name group;
    task_name name;
    std::uint64_t id = 0;             ///< the task's, in its loop
    std::source_location created_at;  ///< where it was spawned
    std::exception_ptr error;
    std::vector<std::source_location> traceback;   ///< frames that the exception left, innermost first; see `frame`
    std::vector<std::source_location> created_by;  ///< the stack that spawned it; debug mode only

    /// "group/name #id"
    [[nodiscard]] std::string task() const;

    /// The whole of it as text, several lines.
    [[nodiscard]] std::string describe() const;
};

/// Owns coroutines. Nothing is ever detached: whoever starts a task has a group, and whoever has a group joins it
/// before it goes.
///
/// - `spawn` starts a task; it takes its first step only after the current step has ended.
/// - A task's exception that nobody caught reaches the group's failure handler, once: the talk's global exception
/// handler.
///   Being cancelled is not a failure.
/// - `cancel` asks every task to end (Asio's `terminal` cancellation): what it awaits ends with
///   `asio::error::operation_aborted`. Tasks that hold it back (`begin_cleanup`, `shield`) go on to their end.
/// - `join` waits until none is left. The destructor asserts that none is, because a frame that outlives its objects is
///   worse than a crash; it first says on stderr who is left and what each waits for, or the deadlock that was thrown.
///
/// The loop's thread only. Declare the group as the last member: what its tasks use must outlive them.
class task_group : private detail::list_hook {
public:
    using failure_handler = std::function<void(const task_failure&)>;

    static constexpr std::size_t default_limit = 1'000'000;

    /// `on_failure` must not throw, also when what failed is an allocation: nobody is left to tell, and the program
    /// ends. It may spawn, cancel and stop. At most `limit` tasks live at a time.
    task_group(loop& l, task_name name, failure_handler on_failure, std::size_t limit = default_limit);
    ~task_group();
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    /// Starts `body` as a task of this group. Throws `std::length_error` at the limit and `wrong_thread` elsewhere.
    void spawn(task_name name, awaitable<void> body, std::source_location at = std::source_location::current());

    /// Requests cancellation of every task; returns at once. May be called again.
    void cancel();

    /// The same, and nothing holds it back: for what has used up its time.
    void cancel_hard();

    /// Waits until no task is left. Cancelling the wait leaves the tasks alone. A task must not join its own group.
    awaitable<void> join(std::source_location at = std::source_location::current());

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
    [[nodiscard]] task_name name() const noexcept { return name_; }
    [[nodiscard]] async::loop& loop() const noexcept { return loop_; }

    /// The names of the tasks that live, each once, with how many there are of it: "handle_message x 12".
    [[nodiscard]] std::vector<std::string> describe_tasks() const;

private:
    friend class detail::branch;
    friend class detail::nested_group;
    friend struct detail::loop_access;
    template <typename Element, typename Hook>
    friend class detail::intrusive_list;

    detail::task& start(task_name name, awaitable<void> body, std::source_location at);
    void tell_who_is_left() noexcept;
    void take_failure(const task_failure& f);
    void end(bool hard) noexcept;
    void finish(detail::task& t, std::exception_ptr error) noexcept;
    void report(detail::task& t, std::exception_ptr error) noexcept;

    async::loop& loop_;
    const task_name name_;
    failure_handler on_failure_;
    const std::size_t limit_;
    std::size_t size_ = 0;
    bool is_ended_ = false;    ///< tasks are cancelled before their first step
    bool is_covered_ = false;  ///< opened while its branch held cancellations back, and with it they are
    clock::time_point deadline_ = clock::time_point::max();  ///< of the branch that opened it
    task_group* outer_ = nullptr;                            ///< opened by the same branch before
    std::uint64_t failures_ = 0;
    detail::intrusive_list<detail::task> tasks_;
    detail::intrusive_list<detail::branch> joiners_;
};

}  // namespace mayhem::async
