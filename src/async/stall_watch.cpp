#include "mayhem/async/stall_watch.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <span>
#include <utility>

#include <pthread.h>
#include <semaphore.h>

#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async {

namespace {

static_assert(stall_watch::signal_number == SIGURG);

constexpr std::size_t frames_max = 64;

/// How long the loop's thread has to answer.
constexpr std::chrono::seconds patience{1};

/// What the signal's handler notes, without memory or locks. The names and places are those of the program's text.
struct sample {
    bool is_of_a_task = false;
    const char* group = nullptr;
    const char* name = nullptr;
    std::uint64_t id = 0;
    std::source_location created_at;
    std::array<std::source_location, frames_max> stack;
    std::size_t frames = 0;
};

sample noted;                       // written by the handler, read after `is_noted` was posted
std::atomic<bool> is_asked{false};  // the handler answers once for each question
std::atomic<bool> is_in_use{false};
sem_t is_noted;
struct sigaction former;

void note_where_it_stands(int) {
    if (!is_asked.exchange(false)) {
        return;
    }
    noted = {};
    if (const detail::branch* const running = detail::current_branch) {
        const detail::task& t = running->owner_task;
        noted.is_of_a_task = true;
        noted.group = t.group.name().text().data();
        noted.name = t.name.text().data();
        noted.id = t.id;
        noted.created_at = t.created_at;
        for (const detail::branch* b = running; b != nullptr; b = b->parent) {
            for (const frame* f = b->top; f != nullptr && noted.frames < frames_max; f = f->caller()) {
                noted.stack[noted.frames++] = f->at();
            }
        }
    }
    (void)sem_post(&is_noted);  // fails only past two thousand million
}

bool wait_until_noted() {
    timespec until{};
    (void)clock_gettime(CLOCK_REALTIME, &until);  // what sem_timedwait goes by
    until.tv_sec += patience.count();
    int failed = sem_timedwait(&is_noted, &until);
    while (failed != 0 && errno == EINTR) {
        failed = sem_timedwait(&is_noted, &until);
    }
    return failed == 0;
}

/// While one lives, threads that are started have every signal blocked.
class blocked_signals {
public:
    blocked_signals() noexcept {
        sigset_t all;
        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &former_);  // cannot fail with these arguments
    }
    ~blocked_signals() { (void)pthread_sigmask(SIG_SETMASK, &former_, nullptr); }
    blocked_signals(const blocked_signals&) = delete;
    blocked_signals& operator=(const blocked_signals&) = delete;

private:
    sigset_t former_{};
};

void give_back() {
    (void)sigaction(stall_watch::signal_number, &former, nullptr);  // cannot fail with these arguments
    (void)sem_destroy(&is_noted);                                   // nobody waits for it
    is_in_use = false;
}

}  // namespace

std::string stall::describe() const {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(lasted).count();
    std::string text = "the loop has stood still for " + std::to_string(ms) + " ms" +
                       (task.empty() ? std::string() : ", in task '" + task + "'");
    for (const std::source_location& at : stack) {
        text +=
            std::string("\n  in ") + at.function_name() + " (" + at.file_name() + ":" + std::to_string(at.line()) + ")";
    }
    if (!task.empty()) {
        text += std::string("\n  spawned in ") + created_at.function_name() + " (" + created_at.file_name() + ":" +
                std::to_string(created_at.line()) + ")";
    }
    return text;
}

stall_watch::stall_watch(loop& l, std::chrono::nanoseconds threshold, handler on_stall)
    : loop_(l), threshold_(threshold), on_stall_(std::move(on_stall)), detector_(threshold) {
    MAYHEM_ASSERT(!is_in_use.exchange(true), "one stall_watch a process at a time");
    (void)sem_init(&is_noted, 0, 0);  // fails only for a number that is too large
    struct sigaction mine{};
    mine.sa_handler = &note_where_it_stands;
    mine.sa_flags = SA_RESTART;
    (void)sigaction(signal_number, &mine, &former);  // cannot fail with these arguments
    try {
        const blocked_signals none_for_it;
        thread_ = std::thread([this] { watch(); });
    } catch (...) {
        give_back();
        throw;
    }
}

stall_watch::~stall_watch() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    wakeup_.notify_one();
    thread_.join();
    give_back();
}

void stall_watch::watch() {
    std::unique_lock lock(mutex_);
    while (!is_ending_) {
        if (detector_.look(detail::loop_access::turn_mark(loop_), std::chrono::steady_clock::now())) {
            lock.unlock();
            on_stall_(look_closer());
            lock.lock();
        }
        wakeup_.wait_for(lock, threshold_ / 2, [this] { return is_ending_; });
    }
}

stall stall_watch::look_closer() const {
    stall found;
    is_asked = true;
    const bool was_sent = detail::loop_access::interrupt(loop_, signal_number);
    const bool has_answered = was_sent && wait_until_noted();
    if (!has_answered && was_sent && !is_asked.exchange(false)) {
        (void)sem_wait(&is_noted);  // it has just begun to answer
    } else if (has_answered && noted.is_of_a_task) {
        const auto frames = std::span(noted.stack).first(noted.frames);
        found.task = std::string(noted.group) + "/" + noted.name + " #" + std::to_string(noted.id);
        found.created_at = noted.created_at;
        found.stack.assign(frames.begin(), frames.end());
    }
    found.lasted = detector_.lasted(std::chrono::steady_clock::now());
    return found;
}

}  // namespace mayhem::async
