#include "actions/holder/frozen_tasks.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>
#include <memory>
#include <string_view>
#include <system_error>

#include <dirent.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/proc/process_table.hpp"
#include "system/signal_disposition.hpp"

namespace mayhem::actions {

namespace {

constexpr timespec look_again{.tv_sec = 0, .tv_nsec = 200'000};
constexpr std::array told_to_end{SIGTERM, SIGINT, SIGHUP, SIGQUIT};

std::vector<pid_t> tasks_of(pid_t process) {
    const auto close = [](DIR* d) { ::closedir(d); };
    const std::unique_ptr<DIR, decltype(close)> folder(
        ::opendir(("/proc/" + std::to_string(process) + "/task").c_str()), close);
    std::vector<pid_t> found;
    while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
        const std::string_view name(entry->d_name);
        pid_t task = 0;
        const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), task);
        if (ec == std::errc() && end == name.data() + name.size()) {
            found.push_back(task);
        }
    }
    return found;
}

bool is_event_stop(int status) noexcept { return WIFSTOPPED(status) && (status >> 16) == PTRACE_EVENT_STOP; }

std::string counted(std::size_t n, std::string_view one, std::string_view several) {
    return std::to_string(n) + ' ' + std::string(n == 1 ? one : several);
}

/// `task` could not be traced.
refusal why_not_traced(pid_t process, int error) {
    const std::optional<drivers::process_info> seen = drivers::process_table().read(process);
    const std::string who = "pid " + std::to_string(process);
    if (seen && seen->tracer != 0 && seen->tracer != ::getpid()) {
        return {.why = who + " is traced by pid " + std::to_string(seen->tracer) + ", as a debugger does",
                .by = core::guard::busy};
    }
    return {.why = "cannot hold " + who + " still: " + std::generic_category().message(error) +
                   "; run Mayhem as root or with CAP_SYS_PTRACE, and see that kernel.yama.ptrace_scope is not 3"};
}

}  // namespace

std::optional<refusal> frozen_tasks::seize(pid_t process, std::size_t& news) {
    for (const pid_t task : tasks_of(process)) {
        if (tasks_.contains(task)) {
            continue;
        }
        if (tasks_.size() == tasks_max) {
            return refusal{.why = "it has more than " + std::to_string(tasks_max) + " tasks"};
        }
        if (::ptrace(PTRACE_SEIZE, task, nullptr, nullptr) != 0) {
            const int error = errno;
            if (error == ESRCH) {
                continue;  // it has ended
            }
            return why_not_traced(process, error);
        }
        ++news;
        tasks_.insert(task);
        restless_.insert(task);
        (void)::ptrace(PTRACE_INTERRUPT, task, nullptr, nullptr);  // fails only for one that has ended
    }
    if (!tasks_of(process).empty()) {
        processes_.insert(process);
    }
    return std::nullopt;
}

/// A stop for the sake of a signal that came first is none: it is handed over, and the task stands still before it
/// handles it.
void frozen_tasks::note_status(pid_t task, int status) {
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
        tasks_.erase(task);
        restless_.erase(task);
        processes_.erase(task);
    } else if (is_event_stop(status)) {
        restless_.erase(task);
    } else if (WIFSTOPPED(status)) {
        (void)::ptrace(PTRACE_CONT, task, nullptr, static_cast<std::uintptr_t>(WSTOPSIG(status)));
    }
}

void frozen_tasks::bury() {
    int status = 0;
    for (pid_t task = 0; (task = ::waitpid(-1, &status, __WALL | WNOHANG)) > 0;) {
        note_status(task, status);
    }
}

std::optional<refusal> frozen_tasks::wait_for_all() {
    const auto until = std::chrono::steady_clock::now() + stops_within;
    for (bury(); !restless_.empty(); bury()) {
        if (std::chrono::steady_clock::now() >= until) {
            return refusal{.why = "task " + std::to_string(*restless_.begin()) +
                                  " does not come to a halt: it is stuck inside the kernel"};
        }
        (void)::nanosleep(&look_again, nullptr);
    }
    return std::nullopt;
}

/// Only who does not stand still yet can start another, so that a pass which finds nobody new has found all.
std::optional<refusal> frozen_tasks::freeze(const std::vector<pid_t>& processes) {
    for (std::size_t news = 1; news > 0;) {
        news = 0;
        for (const pid_t process : processes) {
            if (auto refused = seize(process, news)) {
                return refused;
            }
        }
        if (auto refused = wait_for_all()) {
            return refused;
        }
    }
    return std::nullopt;
}

std::size_t frozen_tasks::count_still() const {
    constexpr char tracing_stop = 't';
    const drivers::process_table table;
    const auto is_still = [&table](pid_t task) {
        const std::optional<drivers::process_info> seen = table.read(task);
        return seen && seen->state == tracing_stop;
    };
    return static_cast<std::size_t>(std::ranges::count_if(tasks_, is_still));
}

std::optional<pid_t> frozen_tasks::find_told_to_end() const {
    const auto is_told = [](pid_t process) {
        const std::string status = system::read_process_status(process);
        return std::ranges::any_of(told_to_end, [&](int signal) { return system::is_pending(status, signal); });
    };
    const auto found = std::ranges::find_if(processes_, is_told);
    return found == processes_.end() ? std::nullopt : std::optional(*found);
}

std::string describe(const frozen_tasks& f) {
    std::string text = counted(f.tasks(), "task", "tasks");
    return f.processes() > 1 ? text + " of " + counted(f.processes(), "process", "processes") : text;
}

}  // namespace mayhem::actions
