#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <string>
#include <utility>

#include <pthread.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/cycle_counter.hpp"
#include "mayhem/async/detail/kept_memory.hpp"
#include "mayhem/async/detail/timer_queue.hpp"
#include "mayhem/async/executor.hpp"
#include "mayhem/async/loop_errors.hpp"
#include "mayhem/async/loop_monitor.hpp"
#include "mayhem/async/scheduler.hpp"

namespace mayhem::async {

class task_group;

namespace detail {
class task;
struct loop_access;
}  // namespace detail

/// The event loop: an `asio::io_context` run by one thread, with what Asio leaves to its user: a list of ready
/// coroutines that needs no lock, one queue of deadlines behind one timer, the clock, and a register of all live tasks.
///
/// Lifetime: outlives its task groups; outlived by its clock. Thread: whoever constructs the loop owns it, until a
/// thread that calls `run()` takes it over. `post`, `stop`, `is_own_thread`, `check_thread` and the thread-safe parts
/// of `context()` are for any thread, everything else for that one. What changes something throws `wrong_thread`
/// elsewhere, in release too; what only tells (`live_tasks`, `turn_time`, `monitor`) does not check.
class loop {
public:
    explicit loop(async::clock& c);
    ~loop();
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    /// Runs until no task is left, or `stop`. With a virtual clock, time jumps whenever nothing else can happen; if
    /// nothing ever can, throws `deadlock`. Inside a step of any loop it is a `std::logic_error`, and while another
    /// thread runs this loop it is `wrong_thread`.
    void run();

    /// On virtual time, for who has several loops on one time: runs what can happen until `t`, `t` included, and leaves
    /// the clock there. What waits then is the caller's affair. Throws as `run`; `std::logic_error` on a real clock.
    void run_until(clock::time_point t);

    /// When something happens by itself: now if somebody is ready; the last moment there is if nothing ever does.
    [[nodiscard]] clock::time_point next_deadline() const noexcept;

    /// Makes `run` return after the current step, or the next `run` at once. Tasks stay where they are and go on when
    /// it is called again: to end them, cancel and join their groups, which must be empty when they are destroyed. From
    /// any thread; wakes the loop.
    void stop() noexcept;

    /// Runs `f` on the loop's thread, soon. From any thread; wakes the loop, and `run` does not return before. `f` must
    /// not throw: nobody would catch it, and the program ends. It may be one that can only be moved.
    template <typename Function>
        requires std::invocable<Function&>
    void post(Function f);

    [[nodiscard]] async::clock& clock() const noexcept { return clock_; }
    [[nodiscard]] clock::time_point now() const noexcept { return clock_.now(); }

    /// The time at which the current turn of the loop began, or its last step of a millisecond or longer ended: free to
    /// ask, and good enough for what is not measured. Never goes back.
    [[nodiscard]] clock::time_point turn_time() const noexcept { return turn_time_; }
    [[nodiscard]] clock::wall_time_point turn_wall_time() const noexcept { return turn_wall_time_; }

    /// Brings `turn_time` and `turn_wall_time` up to now, for who cannot do with less.
    void update_time() {
        check_thread("loop::update_time");
        read_clocks();
    }

    /// Asio's part of the loop, for objects of Asio. Nobody else runs it. A handler that Asio calls without the loop's
    /// executor may throw: the exception leaves `run`, which can be called again.
    [[nodiscard]] asio::io_context& context() noexcept { return context_; }
    [[nodiscard]] executor get_executor() noexcept { return {*this, nullptr}; }
    [[nodiscard]] loop_monitor& monitor() noexcept { return monitor_; }

    /// Debug mode, as asyncio's: tasks remember the stack that spawned them. Set before tasks are spawned.
    void set_debug(bool on) {
        check_thread("loop::set_debug");
        debug_ = on;
    }
    [[nodiscard]] bool is_debug() const noexcept { return debug_; }

    /// Lets `s` choose what runs next; null takes that back. Between steps, and not while the loop has been run by a
    /// real clock: it is for virtual time.
    void set_scheduler(scheduler* s) {
        check_thread("loop::set_scheduler");
        scheduler_ = s;
    }

    [[nodiscard]] std::size_t live_tasks() const noexcept { return live_tasks_; }

    [[nodiscard]] bool is_own_thread() const noexcept {
        return owner_.load(std::memory_order_relaxed) == thread_token();
    }

    /// Throws `wrong_thread` when called from a thread that does not run this loop. `what` says what was tried.
    void check_thread(const char* what) const {
        if (!is_own_thread()) [[unlikely]] {
            report_wrong_thread(what);
        }
    }

    /// While one lives, somebody outside the loop (a thread) is going to `post`: `run` does not return, and virtual
    /// time waits for it. Made and ended on the loop's thread; elsewhere, making it throws `wrong_thread` and ending it
    /// ends the program with that text.
    class external_work {
    public:
        explicit external_work(loop& l) : loop_(&l) {
            l.check_thread("loop::external_work");
            ++l.external_work_;
        }
        ~external_work() { loop_->end_external_work(); }
        external_work(const external_work&) = delete;
        external_work& operator=(const external_work&) = delete;

    private:
        loop* loop_;
    };

private:
    class tenancy;
    template <bool>
    friend class basic_executor;
    friend class detail::branch;
    friend void detail::throw_refused(detail::branch&);
    friend class detail::task;
    friend class task_group;
    friend struct detail::loop_access;

    static const void* thread_token() noexcept;
    [[noreturn]] void report_wrong_thread(const char* what) const;
    [[nodiscard]] std::string owner_name() const;
    [[noreturn]] void report_deadlock();

    /// A function that was posted and has not begun.
    class posted {
    public:
        explicit posted(loop& l) noexcept : loop_(&l) { ++l.posted_; }
        posted(posted&& other) noexcept : loop_(std::exchange(other.loop_, nullptr)) {}
        posted& operator=(posted&&) = delete;
        ~posted() { begin(); }

        void begin() noexcept {
            if (loop* const l = std::exchange(loop_, nullptr)) {
                --l->posted_;
            }
        }

    private:
        loop* loop_;
    };

    void read_clocks() noexcept {
        turn_time_ = clock_.now();
        turn_wall_time_ = clock_.wall_now();
    }
    void end_external_work();

    void make_ready(detail::ready_node& n) noexcept;
    template <typename Function>
    void step(detail::branch* b, Function& f) noexcept;
    [[gnu::noinline]] void take_turn() noexcept;  // by this name profiles know who resumes coroutines
    void take_chosen_turn() noexcept;
    [[nodiscard]] detail::ready_node& take_ready() noexcept;
    [[nodiscard]] detail::ready_node& take_chosen() noexcept;
    std::uint64_t begin_turn() noexcept;
    void finish_step(std::uint64_t took) noexcept;
    void destroy_finished() noexcept;
    void report_spin(const detail::branch& b);
    void report_if_slow(const detail::branch* b, std::uint64_t took);
    void end_turn(std::uint64_t steps, std::uint64_t busy_ticks) noexcept;
    void go_on_after_turn();
    void schedule_turn() noexcept;

    void take_over();
    void run_virtual(clock::time_point until);
    [[nodiscard]] bool is_finished() const noexcept;
    void fire_timers() noexcept;
    void wait_for_timers();
    void add_timer(detail::branch& b, clock::time_point deadline) noexcept;

    async::clock& clock_;
    std::atomic<std::size_t> posted_ = 0;  ///< outlives what stands in `context_`
    detail::kept_memory turn_memory_;      ///< for the one turn and the one wait that are under way in `context_`
    detail::kept_memory timer_memory_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    asio::steady_timer timer_;
    clock::time_point armed_for_ = clock::time_point::max();
    detail::timer_queue timers_;
    detail::ready_node* ready_head_ = nullptr;
    detail::ready_node* ready_tail_ = nullptr;
    bool turn_scheduled_ = false;
    bool in_turn_ = false;
    std::atomic<bool> stopped_ = false;
    bool debug_ = false;
    clock::time_point turn_time_;
    clock::wall_time_point turn_wall_time_;
    std::size_t live_tasks_ = 0;
    std::size_t branches_ = 0;
    std::size_t idle_branches_ = 0;  ///< parked or ready: not waiting for an Asio operation
    std::size_t external_work_ = 0;
    std::uint64_t next_task_id_ = 1;
    detail::finished_node* finished_ = nullptr;  ///< ended in this step; destroyed once the step is over
    loop_monitor monitor_;
    scheduler* scheduler_ = nullptr;
    std::atomic<const void*> owner_;
    std::atomic<bool> is_running_ = false;
    mutable std::mutex owner_name_mutex_;  ///< it is read where the thread is the wrong one
    std::string owner_name_;
    std::optional<pthread_t> runner_;  ///< who is in `run`; by the same mutex, so that it cannot end meanwhile
    std::string deadlock_;             ///< what the last `run` threw, if it was that
    detail::intrusive_list<task_group> groups_;
};

/// The loop that runs the calling coroutine. Must be called from inside a task.
[[nodiscard]] inline loop& this_loop() noexcept { return detail::this_branch().owner_loop; }

}  // namespace mayhem::async

#include "mayhem/async/detail/executor_impl.hpp"
#include "mayhem/async/detail/loop_impl.hpp"
