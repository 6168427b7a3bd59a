#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/detail/frame_pool.hpp"
#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async::detail {

/// What a `task_handle` and its task know of one another, and how the task ended. Goes with the later of them.
template <typename T>
class kept_task {
public:
    kept_task(task_group& g, task_name name, std::source_location at) noexcept
        : group_(g), name_(name), created_at_(at) {}

    /// The task has begun to exist.
    void follow(task& t) noexcept {
        running_ = &t;
        id_ = t.id;
    }

    [[nodiscard]] bool has_begun() const noexcept { return running_ != nullptr; }
    [[nodiscard]] bool is_done() const noexcept { return ended_.is_set(); }
    [[nodiscard]] bool is_left() const noexcept { return is_left_; }
    [[nodiscard]] event& ended() noexcept { return ended_; }
    [[nodiscard]] settled<T>& outcome() noexcept { return outcome_; }

    void cancel() {
        group_.loop().check_thread("task_handle::cancel");
        if (running_ != nullptr) {
            running_->root.cancel(false);
        }
    }

    [[nodiscard]] settled<T> take() noexcept {
        MAYHEM_ASSERT(is_done() && !is_taken_, "how a task ended is taken once, and after its end");
        is_taken_ = true;
        return std::move(outcome_);
    }

    /// The task ends.
    void end() noexcept {
        running_ = nullptr;
        ended_.set();
    }

    /// The handle goes.
    void leave() noexcept {
        is_left_ = true;
        if (is_done() && !is_taken_ && outcome_.error() && !is_cancellation(outcome_.error())) {
            loop_access::take_failure(group_, {.group = group_.name(),
                                               .name = name_,
                                               .id = id_,
                                               .created_at = created_at_,
                                               .error = outcome_.error(),
                                               .traceback = {},
                                               .created_by = {}});
        }
    }

private:
    task_group& group_;
    task* running_ = nullptr;
    const task_name name_;
    const std::source_location created_at_;
    std::uint64_t id_ = 0;
    settled<T> outcome_;
    event ended_;
    bool is_taken_ = false;
    bool is_left_ = false;
};

/// Keeps that the handle learns of the end, also where the task was cancelled before its first step.
template <typename T>
class owed_end {
public:
    explicit owed_end(std::shared_ptr<kept_task<T>> k) noexcept : kept_(std::move(k)) {}
    owed_end(owed_end&&) noexcept = default;
    owed_end& operator=(owed_end&&) = delete;
    ~owed_end() {
        if (kept_ && kept_->has_begun()) {
            kept_->outcome().set_error(cancellation());
            kept_->end();
        }
    }

    [[nodiscard]] settled<T>& outcome() noexcept { return kept_->outcome(); }

    /// Throws the exception if there is nobody any more to take it.
    void tell() {
        kept_->end();
        if (kept_->is_left()) {
            kept_->outcome().rethrow_if_failed();
        }
    }

private:
    std::shared_ptr<kept_task<T>> kept_;
};

template <typename T>
awaitable<void> run_and_keep(awaitable<T> body, owed_end<T> owed) {
    const frame here;
    co_await settle_into{body, owed.outcome()};
    owed.tell();
}

template <typename T>
[[nodiscard]] std::shared_ptr<kept_task<T>> start_kept(task_group& g, task_name name, awaitable<T> body,
                                                       std::source_location at) {
    auto kept = std::allocate_shared<kept_task<T>>(pool_allocator<kept_task<T>>(), g, name, at);
    kept->follow(loop_access::start(g, name, run_and_keep(std::move(body), owed_end<T>(kept)), at));
    return kept;
}

}  // namespace mayhem::async::detail
