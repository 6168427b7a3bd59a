#include "mayhem/async/tasks.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async {

namespace {

std::string place(const std::source_location& at) {
    std::string_view file = at.file_name();
    file.remove_prefix(std::min(file.size(), file.rfind('/') + 1));
    return std::string(file) + ":" + std::to_string(at.line());
}

std::string innermost_wait(const detail::branch& b) {
    switch (b.state) {
        case detail::branch::wait_state::parked: return std::string(b.awaits) + " at " + place(b.awaits_at);
        case detail::branch::wait_state::ready: return "nothing: it is about to run";
        case detail::branch::wait_state::none: break;
    }
    return &b == detail::current_branch ? "nothing: it runs" : "an Asio operation";
}

void add_branch(const detail::branch& b, int depth, std::vector<frame_info>& stack) {
    const std::size_t first = stack.size();
    for (const frame* f = b.top; f != nullptr; f = f->caller()) {
        frame_info info;
        info.function = f->at().function_name();
        info.file = f->at().file_name();
        info.line = f->at().line();
        info.depth = depth;
        info.awaits = f == b.top ? innermost_wait(b) : "the next frame";
        stack.push_back(std::move(info));
    }
    std::reverse(stack.begin() + static_cast<std::ptrdiff_t>(first), stack.end());
    for (const detail::branch* child = b.first_child; child != nullptr; child = child->next_sibling) {
        add_branch(*child, depth + 1, stack);
    }
}

}  // namespace

task_info detail::info_of(detail::task& t) {
    loop& l = t.group.loop();
    task_info info;
    info.id = t.id;
    info.group = t.group.name().text();
    info.name = t.name.text();
    info.created_at = t.created_at;
    info.age = l.now() - t.created;
    info.cpu = l.monitor().to_duration(t.spent.ticks);
    info.resumes = t.spent.resumes;
    info.cancelled = t.root.is_asked();
    info.is_current = detail::current_branch != nullptr && &detail::current_branch->owner_task == &t;
    add_branch(t.root, 0, info.stack);
    return info;
}

std::vector<task_info> tasks(loop& l) {
    l.check_thread("tasks()");
    std::vector<task_info> all;
    detail::loop_access::groups(l).for_each([&](task_group& g) {
        detail::loop_access::tasks(g).for_each([&](detail::task& t) { all.push_back(detail::info_of(t)); });
    });
    return all;
}

std::vector<task_info> tasks(task_group& g) {
    g.loop().check_thread("tasks()");
    std::vector<task_info> all;
    detail::loop_access::tasks(g).for_each([&](detail::task& t) { all.push_back(detail::info_of(t)); });
    return all;
}

std::string to_string(const task_info& t, std::size_t frames_max) {
    const auto ms = [](std::chrono::nanoseconds d) {
        return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count()) + " ms";
    };
    std::string text = "task #" + std::to_string(t.id) + " " + t.group + "/" + t.name + ": age " + ms(t.age) +
                       ", CPU " + ms(t.cpu) + ", " + std::to_string(t.resumes) + " resumes" +
                       (t.cancelled ? ", cancelled" : "") + ", created at " + place(t.created_at) + "\n";
    const std::size_t left_out = t.stack.size() - std::min(t.stack.size(), frames_max);
    if (left_out > 0) {
        text += "    ... " + std::to_string(left_out) + " outer frames\n";
    }
    for (const frame_info& f : std::span(t.stack).subspan(left_out)) {
        std::string_view file = f.file;
        file.remove_prefix(std::min(file.size(), file.rfind('/') + 1));
        text += std::string(static_cast<std::size_t>(4 + 2 * f.depth), ' ') + f.function + " (" + std::string(file) +
                ":" + std::to_string(f.line) + ")" + (f.awaits == "the next frame" ? "" : " awaits " + f.awaits) + "\n";
    }
    return text;
}

}  // namespace mayhem::async
