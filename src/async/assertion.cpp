#include "mayhem/async/assertion.hpp"

#include <cstdio>
#include <cstdlib>

#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async {

namespace {

/// Takes no memory: it may be what has run out.
void tell_task(const detail::branch& running) noexcept {
    const detail::task& t = running.owner_task;
    const std::string_view group = t.group.name().text();
    const std::string_view name = t.name.text();
    (void)std::fprintf(stderr, "  in task '%.*s/%.*s #%llu', spawned in %s (%s:%u)\n", static_cast<int>(group.size()),
                       group.data(), static_cast<int>(name.size()), name.data(), static_cast<unsigned long long>(t.id),
                       t.created_at.function_name(), t.created_at.file_name(),
                       static_cast<unsigned>(t.created_at.line()));
    for (const detail::branch* b = &running; b != nullptr; b = b->parent) {
        for (const frame* f = b->top; f != nullptr; f = f->caller()) {
            (void)std::fprintf(stderr, "  in %s (%s:%u)\n", f->at().function_name(), f->at().file_name(),
                               static_cast<unsigned>(f->at().line()));
        }
    }
}

}  // namespace

void assertion_failed(const char* condition, const char* why, std::source_location at) noexcept {
    (void)std::fprintf(stderr, "%s:%u: %s: assertion failed: %s: %s\n", at.file_name(),
                       static_cast<unsigned>(at.line()), at.function_name(), condition, why);
    if (detail::current_branch != nullptr) {
        tell_task(*detail::current_branch);
    }
    std::abort();
}

}  // namespace mayhem::async
