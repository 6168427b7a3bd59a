#include "mayhem/async/loop.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <pthread.h>

#include "mayhem/async/detail/frame_impl.hpp"
#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/tasks.hpp"

namespace mayhem::async {

namespace {

/// Steps in a row before the loop looks for new events.
constexpr std::uint64_t steps_per_turn = 256;

/// Until a deadline is set. Not for ever, for then Asio would not yet make room for the timer.
constexpr std::chrono::hours first_wait{1};

/// The loop that this thread runs.
thread_local constinit const loop* running_here = nullptr;

std::string this_thread_name() {
    char name[16] = {};
    if (pthread_getname_np(pthread_self(), name, sizeof name) != 0) {
        return "unnamed";
    }
    return name;
}

}  // namespace

/// That a thread runs the loop, and that it runs no other one.
class loop::tenancy {
public:
    explicit tenancy(loop& l) : loop_(l) {
        if (running_here != nullptr) {
            const detail::branch* const b = detail::current_branch;
            throw std::logic_error("loop::run was called inside a step of a loop" +
                                   (b != nullptr ? ", by task '" + b->owner_task.text() + "'" : std::string()) +
                                   ": await what it should do, or run the other loop on another thread");
        }
        if (loop_.is_running_.exchange(true)) {
            throw wrong_thread("loop::run was called from thread '" + this_thread_name() + "', but thread '" +
                               loop_.owner_name() + "' runs the loop already: use loop::post or submit()");
        }
        running_here = &loop_;
        detail::look_up_exceptions();
    }
    ~tenancy() {
        loop_.stopped_ = false;
        {
            const std::lock_guard lock(loop_.owner_name_mutex_);
            loop_.runner_.reset();
        }
        running_here = nullptr;
        loop_.is_running_ = false;
    }
    tenancy(const tenancy&) = delete;
    tenancy& operator=(const tenancy&) = delete;

private:
    loop& loop_;
};

loop::loop(async::clock& c)
    : clock_(c),
      work_(asio::make_work_guard(context_)),
      timer_(context_),
      turn_time_(c.now()),
      turn_wall_time_(c.wall_now()),
      owner_(thread_token()),
      owner_name_(this_thread_name()) {
    (void)detail::aborted();
    monitor_.calibrate();
    if (clock_.as_virtual() == nullptr) {
        armed_for_ = clock::after(c.now(), first_wait);
        wait_for_timers();
    }
}

loop::~loop() {
    MAYHEM_ASSERT(groups_.empty(), "every task group ends before its loop");
    while (ready_head_ != nullptr) {
        detail::ready_node& n = take_ready();
        n.perform(n, detail::ready_node::action::discard);
    }
}

const void* loop::thread_token() noexcept {
    static thread_local constinit char token = 0;
    return &token;
}

void loop::report_wrong_thread(const char* what) const {
    throw wrong_thread(std::string(what) + " was called from thread '" + this_thread_name() +
                       "', but the loop runs on thread '" + owner_name() + "': use loop::post or submit()");
}

std::string loop::owner_name() const {
    const std::lock_guard lock(owner_name_mutex_);
    return owner_name_;
}

void loop::report_deadlock() {
    deadlock_ = "deadlock: nothing can happen any more, and these tasks wait:\n";
    for (const task_info& t : tasks(*this)) {
        deadlock_ += to_string(t);
    }
    throw deadlock(deadlock_);
}

void loop::schedule_turn() noexcept {
    if (!turn_scheduled_) {
        turn_scheduled_ = true;
        asio::post(context_, detail::with_memory(turn_memory_, [this] {
                       turn_scheduled_ = false;
                       take_turn();
                   }));
    }
}

bool detail::loop_access::interrupt(loop& l, int signal_number) {
    const std::lock_guard lock(l.owner_name_mutex_);
    return l.runner_ && pthread_kill(*l.runner_, signal_number) == 0;
}

std::uint64_t loop::begin_turn() noexcept {
    in_turn_ = true;
    monitor_.count_mark();
    read_clocks();
    const std::uint64_t ticks = detail::cycle_counter();
    if (monitor_.wants_calibration(ticks)) {
        monitor_.calibrate();
    }
    return ticks;
}

detail::ready_node& loop::take_ready() noexcept { return *std::exchange(ready_head_, ready_head_->next_ready); }

/// Takes the one that the scheduler chooses out of the list.
detail::ready_node& loop::take_chosen() noexcept {
    std::size_t ready = 1;
    for (const detail::ready_node* n = ready_head_; n->next_ready != nullptr && ready < scheduler::choices_max;
         ++ready) {
        n = n->next_ready;
    }
    const std::size_t chosen = ready == 1 ? 0 : scheduler_->choose(ready);
    MAYHEM_ASSERT(chosen < ready, "a scheduler chooses one of those that are ready");
    if (chosen == 0) {
        return take_ready();
    }
    detail::ready_node* before = ready_head_;
    for (std::size_t i = 1; i < chosen; ++i) {
        before = before->next_ready;
    }
    detail::ready_node& n = *before->next_ready;
    before->next_ready = n.next_ready;
    if (ready_tail_ == &n) {
        ready_tail_ = before;
    }
    return n;
}

/// As `take_turn`, where a scheduler chooses: no processor counter is read, and nothing is measured.
void loop::take_chosen_turn() noexcept {
    in_turn_ = true;
    monitor_.count_mark();
    read_clocks();
    for (std::uint64_t steps = 0; ready_head_ != nullptr && steps < steps_per_turn && !stopped_; ++steps) {
        detail::ready_node& n = take_chosen();
        step_taken taken{.at = clock_.now()};
        if (const detail::branch* const b = detail::branch::of(n)) {
            taken.task = b->owner_task.id;
            taken.resumes = static_cast<std::uint32_t>(b->spent.resumes) + 1;
            taken.line = b->awaits_at.line();
        }
        n.perform(n, detail::ready_node::action::run);
        detail::current_branch = nullptr;
        destroy_finished();
        scheduler_->note(taken);
    }
    go_on_after_turn();
}

void loop::take_turn() noexcept {
    if (scheduler_ != nullptr) [[unlikely]] {
        take_chosen_turn();
        return;
    }
    const std::uint64_t begin = begin_turn();
    std::uint64_t step_began = begin;
    std::uint64_t steps = 0;
    while (ready_head_ != nullptr && steps < steps_per_turn && !stopped_) {
        detail::ready_node& n = take_ready();
        n.perform(n, detail::ready_node::action::run);
        const std::uint64_t now = std::max(detail::cycle_counter(), step_began);  // it may have been set back
        finish_step(now - step_began);
        step_began = now;
        ++steps;
    }
    end_turn(steps, step_began - begin);
}

void loop::finish_step(std::uint64_t took) noexcept {
    detail::branch* const b = std::exchange(detail::current_branch, nullptr);
    if (b != nullptr) {
        b->spent.ticks += took;
    }
    if (monitor_.is_long(took) && scheduler_ == nullptr) [[unlikely]] {
        read_clocks();
        report_if_slow(b, took);
    }
    destroy_finished();
}

void loop::destroy_finished() noexcept {
    while (finished_ != nullptr) {
        detail::finished_node& ended = *std::exchange(finished_, finished_->next_finished);
        ended.destroy(ended);
    }
}

void loop::report_if_slow(const detail::branch* b, std::uint64_t took) {
    if (!monitor_.is_slow(took)) {
        return;
    }
    slow_step slow;
    slow.took = monitor_.to_duration(took);
    if (b != nullptr) {
        slow.task = b->owner_task.name.text();
        slow.created_at = b->owner_task.created_at;
    }
    monitor_.report(slow);
}

void loop::report_spin(const detail::branch& b) {
    MAYHEM_ASSERT(monitor_.on_spin_,
                  "a task that was cancelled goes on awaiting, though each await throws: what catches that must end");
    monitor_.on_spin_(detail::info_of(b.owner_task));
}

void loop::end_turn(std::uint64_t steps, std::uint64_t busy_ticks) noexcept {
    monitor_.end_turn(steps, busy_ticks);
    go_on_after_turn();
}

void loop::go_on_after_turn() {
    in_turn_ = false;
    monitor_.count_mark();
    if (ready_head_ != nullptr) {
        schedule_turn();
    } else if (is_finished()) {
        context_.stop();
    }
}

bool loop::is_finished() const noexcept { return live_tasks_ == 0 && external_work_ == 0 && posted_ == 0; }

void loop::end_external_work() {
    check_thread("loop::~external_work");  // else std::terminate says so
    --external_work_;
    if (is_running_ && !in_turn_ && ready_head_ == nullptr && is_finished()) {
        context_.stop();
    }
}

void loop::take_over() {
    {
        const std::lock_guard lock(owner_name_mutex_);
        owner_.store(thread_token(), std::memory_order_relaxed);
        owner_name_ = this_thread_name();
        runner_ = pthread_self();
    }
    deadlock_.clear();
    context_.restart();
}

void loop::run() {
    const tenancy mine(*this);
    take_over();
    monitor_.calibrate();
    if (stopped_ || (is_finished() && ready_head_ == nullptr)) {
        return;
    }
    if (clock_.as_virtual() != nullptr) {
        run_virtual(clock::time_point::max());
    } else {
        context_.run();
    }
}

void loop::run_until(clock::time_point t) {
    if (clock_.as_virtual() == nullptr) {
        throw std::logic_error("loop::run_until was called on a real clock, which nobody moves on: use loop::run");
    }
    const tenancy mine(*this);
    take_over();
    run_virtual(t);
    clock_.as_virtual()->advance_to(t);
}

clock::time_point loop::next_deadline() const noexcept {
    if (ready_head_ != nullptr || turn_scheduled_) {
        return clock_.now();
    }
    return timers_.empty() ? clock::time_point::max() : timers_.next();
}

void loop::run_virtual(clock::time_point until) {
    virtual_clock& time = *clock_.as_virtual();
    for (;;) {
        while (context_.poll() > 0) {
        }
        if (stopped_ || (is_finished() && ready_head_ == nullptr)) {
            return;
        }
        if (external_work_ > 0 || posted_ > 0) {
            context_.run_one();
        } else if (!timers_.empty() && timers_.next() <= until) {
            time.advance_to(timers_.next());
            fire_timers();
        } else if (until != clock::time_point::max()) {
            return;
        } else if (branches_ > idle_branches_) {
            context_.run_one();  // somebody waits for the outside through Asio
        } else {
            report_deadlock();
        }
    }
}

void loop::stop() noexcept {
    stopped_ = true;
    context_.stop();
}

void loop::add_timer(detail::branch& b, clock::time_point deadline) noexcept {
    timers_.insert(b, deadline);
    if (timers_.next() < armed_for_ && clock_.as_virtual() == nullptr) {
        armed_for_ = timers_.next();
        timer_.expires_at(armed_for_);  // ends the wait, which begins anew
    }
}

/// The real clock's timer is waited for as long as the loop lives, in one operation after the other.
void loop::wait_for_timers() {
    timer_.expires_at(armed_for_);
    timer_.async_wait(detail::with_memory(timer_memory_, [this](asio::error_code) {
        fire_timers();
        armed_for_ = timers_.empty() ? clock::time_point::max() : timers_.next();
        wait_for_timers();
    }));
}

void loop::fire_timers() noexcept {
    const clock::time_point now = clock_.now();
    while (!timers_.empty() && timers_.next() <= now) {
        timers_.pop().wake();
    }
}

}  // namespace mayhem::async
