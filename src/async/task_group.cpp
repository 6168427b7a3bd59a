#include "mayhem/async/task_group.hpp"

#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/suspend.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/tasks.hpp"

namespace mayhem::async {

namespace {

std::vector<std::source_location> current_stack() {
    std::vector<std::source_location> stack;
    const detail::branch* b = detail::current_branch;
    for (const frame* f = b != nullptr ? b->top : nullptr; f != nullptr; f = f->caller()) {
        stack.push_back(f->at());
    }
    return stack;
}

}  // namespace

detail::task::task(async::loop& l, task_group& g, task_name n, std::source_location at)
    : finished_node([](finished_node& self) noexcept { delete static_cast<task*>(&self); }),
      group(g),
      name(n),
      created_at(at),
      created(l.turn_time()),
      id(l.next_task_id_++),
      root(l, *this, nullptr) {}

detail::intrusive_list<detail::task>& detail::loop_access::tasks(task_group& g) noexcept { return g.tasks_; }

detail::task& detail::loop_access::start(task_group& g, task_name name, awaitable<void> body, std::source_location at) {
    return g.start(name, std::move(body), at);
}

void detail::loop_access::take_failure(task_group& g, const task_failure& f) { g.take_failure(f); }

task_group::task_group(async::loop& l, task_name name, failure_handler on_failure, std::size_t limit)
    : loop_(l), name_(name), on_failure_(std::move(on_failure)), limit_(limit) {
    detail::loop_access::groups(loop_).push_back(*this);
}

task_group::~task_group() {
    if (!empty()) [[unlikely]] {
        tell_who_is_left();
    }
    MAYHEM_ASSERT(empty(), "a task group is cancelled and joined before it goes");
    MAYHEM_ASSERT(joiners_.empty(), "a task group must outlive those who join it");
    unlink();
}

void task_group::spawn(task_name name, awaitable<void> body, std::source_location at) {
    (void)start(name, std::move(body), at);
}

detail::task& task_group::start(task_name name, awaitable<void> body, std::source_location at) {
    loop_.check_thread("task_group::spawn");
    if (size_ >= limit_) {
        throw std::length_error("task group '" + std::string(name_.text()) + "' is full (" + std::to_string(limit_) +
                                " tasks)");
    }
    auto made = std::make_unique<detail::task>(loop_, *this, name, at);
    if (loop_.is_debug()) {
        made->created_by = std::make_unique<std::vector<std::source_location>>(current_stack());
    }
    made->body = std::move(body);
    made->first = made->body.frame();
    made->root.deadline = deadline_;

    // Nothing fails any more. It is destroyed after the step in which it ends.
    detail::task& t = *made.release();
    tasks_.push_back(t);
    ++size_;
    ++loop_.live_tasks_;
    t.root.run_later(t.first, [](detail::branch& b) noexcept {
        detail::task& ended = b.owner_task;
        ended.group.finish(ended, std::move(ended.first.promise().error));
    });
    if (is_ended_) {
        t.root.cancel(false);
    }
    return t;
}

/// On stderr: an assertion follows, and nobody can be told otherwise.
void task_group::tell_who_is_left() noexcept {
    std::string text = loop_.deadlock_;
    if (text.empty()) {
        for (const task_info& t : tasks(*this)) {
            text += to_string(t);
        }
    }
    (void)std::fputs(text.c_str(), stderr);
}

void task_group::finish(detail::task& t, std::exception_ptr error) noexcept {
    t.unlink();
    detail::loop_access::destroy_after_step(loop_, t);
    --loop_.live_tasks_;
    --size_;
    if (error && !(t.root.is_asked() && is_cancellation(error))) {
        ++failures_;
        report(t, std::move(error));
    }
    if (size_ == 0) {
        joiners_.for_each([](detail::branch& b) { b.wake(); });
    }
}

void task_group::report(detail::task& t, std::exception_ptr error) noexcept {
    task_failure failure{.group = name_,
                         .name = t.name,
                         .id = t.id,
                         .created_at = t.created_at,
                         .error = std::move(error),
                         .traceback = {},
                         .created_by = {}};
    if (t.root.unwound) {
        failure.traceback = std::move(t.root.unwound->frames);
    }
    if (t.created_by) {
        failure.created_by = std::move(*t.created_by);
    }
    if (on_failure_) {
        on_failure_(failure);
    }
}

/// One of a group within this one, or one that a `task_handle` was to take.
void task_group::take_failure(const task_failure& f) {
    ++failures_;
    if (on_failure_) {
        on_failure_(f);
    }
}

void task_group::end(bool hard) noexcept {
    is_ended_ = true;
    tasks_.for_each([hard](detail::task& t) { t.root.cancel(hard); });
}

void task_group::cancel() {
    loop_.check_thread("task_group::cancel");
    tasks_.for_each([](detail::task& t) { t.root.cancel(false); });
}

void task_group::cancel_hard() {
    loop_.check_thread("task_group::cancel_hard");
    tasks_.for_each([](detail::task& t) { t.root.cancel(true); });
}

awaitable<void> task_group::join(std::source_location at) {
    const frame here{at};
    loop_.check_thread("task_group::join");
    while (size_ > 0) {
        co_await detail::park{"join", at, [this](detail::branch& b) noexcept {
                                  MAYHEM_ASSERT(&b.owner_task.group != this,
                                                "a task cannot wait for its own group to be empty");
                                  joiners_.push_back(b);
                              }};
        detail::throw_if_aborted();
    }
}

std::vector<std::string> task_group::describe_tasks() const {
    std::map<std::string_view, std::size_t> counts;
    const_cast<task_group*>(this)->tasks_.for_each([&counts](detail::task& t) { ++counts[t.name.text()]; });
    std::vector<std::string> lines;
    for (const auto& [task, count] : counts) {
        lines.push_back(std::string(task) + (count > 1 ? " x " + std::to_string(count) : ""));
    }
    return lines;
}

std::string detail::task_text(task_name group, task_name name, std::uint64_t id) {
    return std::string(group.text()) + "/" + std::string(name.text()) + " #" + std::to_string(id);
}

std::string detail::task::text() const { return task_text(group.name(), name, id); }

std::string task_failure::task() const { return detail::task_text(group, name, id); }

std::string task_failure::describe() const {
    std::string text = "task '" + task() + "' failed: " + text_of(error);
    const auto add = [&text](const char* label, const std::source_location& at) {
        text += std::string("\n  ") + label + " " + at.function_name() + " (" + at.file_name() + ":" +
                std::to_string(at.line()) + ")";
    };
    for (const std::source_location& at : traceback) {
        add("in", at);
    }
    add("spawned in", created_at);
    for (const std::source_location& at : created_by) {
        add("  called from", at);
    }
    return text;
}

}  // namespace mayhem::async
