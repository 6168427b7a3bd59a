#include "actions/holder/be_holder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "actions/holder/frozen_tasks.hpp"
#include "actions/holder/hold_order.hpp"
#include "actions/holder/holder_name.hpp"
#include "drivers/proc/process_table.hpp"
#include "drivers/proc/service_group.hpp"
#include "system/pidfd.hpp"
#include "system/write_all.hpp"

namespace mayhem::actions {

namespace {

constexpr int order_within_ms = 10'000;
constexpr int look_every_ms = 250;

void ignore_signals() noexcept {
    struct sigaction action{};
    action.sa_handler = SIG_IGN;
    for (int signal = 1; signal < NSIG; ++signal) {
        if (signal != SIGCHLD) {
            (void)::sigaction(signal, &action, nullptr);  // KILL and STOP cannot be ignored
        }
    }
}

/// Whatever it was started with; it can never get more.
void keep_only(unsigned capability) noexcept {
    (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (unsigned each = 0; each < 64; ++each) {
        if (each != capability) {
            (void)::prctl(PR_CAPBSET_DROP, each, 0, 0, 0);
        }
    }
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, 2> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) {
        return;
    }
    const unsigned bit = 1U << capability;
    const unsigned kept = sets[0].permitted & bit;
    sets = {};
    sets[0].permitted = kept;
    sets[0].effective = kept;
    (void)::syscall(SYS_capset, &header, sets.data());
}

void say(int words, const hold_word& w) {
    const bool is_said = system::write_all(words, to_line(w));
    (void)is_said;  // nobody listens any more, and then the orders end as well
}

/// Nothing: it has ended before, or is longer than any order.
std::optional<std::string> read_order(int orders) {
    std::string line;
    for (pollfd ready{.fd = orders, .events = POLLIN, .revents = 0}; ::poll(&ready, 1, order_within_ms) > 0;) {
        std::array<char, 512> part{};
        const ssize_t size = ::read(orders, part.data(), part.size());
        if (size <= 0) {
            return std::nullopt;
        }
        line.append(part.data(), static_cast<std::size_t>(size));
        if (const std::size_t end = line.find('\n'); end != std::string::npos) {
            return line.substr(0, end);
        }
        if (line.size() > hold_line_bytes_max) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

bool is_within(std::string_view group, std::string_view of) {
    return group == of || (group.starts_with(of) && group.substr(of.size()).starts_with('/'));
}

/// What the order calls its control group, as /proc calls it: of all hierarchies in the one that has it, and there the
/// path may begin further up, inside of a container, and for a service manager that does not have the root. Nothing:
/// the process is not in it.
std::optional<drivers::control_group_line> find_group(std::string_view of_process, std::string_view as_ordered) {
    while (std::optional<drivers::control_group_line> line = drivers::take_line(of_process)) {
        const std::size_t at = line->path.find(as_ordered);
        if (at != std::string_view::npos && is_within(line->path.substr(at), as_ordered)) {
            line->path = line->path.substr(0, at + as_ordered.size());
            return line;
        }
    }
    return std::nullopt;
}

bool is_member(std::string_view of_process, const drivers::control_group_line& group) {
    while (const std::optional<drivers::control_group_line> line = drivers::take_line(of_process)) {
        if (line->hierarchy == group.hierarchy) {
            return is_within(line->path, group.path);
        }
    }
    return false;
}

/// All that the order means now, but for what must never stand still. Of a service, its main process must be in its
/// control group; otherwise nobody.
std::vector<pid_t> find_processes(const drivers::process_table& table, const hold_order& o) {
    std::vector<pid_t> found{o.first.pid};
    if (!o.control_group.empty()) {
        const drivers::process_info first = table.read(o.first.pid).value_or(drivers::process_info{});
        const auto group = find_group(first.control_group, o.control_group);
        if (!group) {
            return {};
        }
        for (const drivers::process_info& p : table.scan([](const auto& seen) { return !seen.is_kernel_thread; })) {
            if (p.pid != o.first.pid && is_member(p.control_group, *group)) {
                found.push_back(p.pid);
            }
        }
    }
    const std::vector<pid_t> above = table.ancestors(::getpid());
    std::erase_if(found,
                  [&](pid_t p) { return p == 1 || p == ::getpid() || std::ranges::find(above, p) != above.end(); });
    return found;
}

bool is_that_life(const drivers::process_table& table, const drivers::process_incarnation& wanted) {
    const std::optional<drivers::process_info> p = table.read(wanted.pid);
    return p && p->is_running() && table.incarnation_of(*p) == wanted;
}

/// Who was not there yet when it was looked first may be by now: until a look finds nobody new.
std::optional<frozen_tasks::refusal> freeze_all(const hold_order& o, frozen_tasks& frozen) {
    const drivers::process_table table;
    for (std::size_t before = 0;;) {
        if (auto refused = frozen.freeze(find_processes(table, o))) {
            return refused;
        }
        if (!is_that_life(table, o.first)) {
            return frozen_tasks::refusal{.why = "pid " + std::to_string(o.first.pid) + " is another process by now",
                                         .by = core::guard::already_restarted};
        }
        if (o.control_group.empty() || frozen.processes() == before) {
            return frozen.tasks() == 0
                       ? std::optional(frozen_tasks::refusal{.why = "there is nobody in it who could stand still"})
                       : std::nullopt;
        }
        before = frozen.processes();
    }
}

class deadline {
public:
    explicit deadline(std::chrono::microseconds length) : timer_(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC)) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(length);
        itimerspec when{};
        when.it_value.tv_sec = seconds.count();
        when.it_value.tv_nsec = std::chrono::nanoseconds(length - seconds).count();
        if (!timer_ || ::timerfd_settime(timer_.get(), 0, &when, nullptr) != 0) {
            throw std::system_error(errno, std::generic_category(), "cannot make a timer");
        }
    }
    [[nodiscard]] int get() const noexcept { return timer_.get(); }

private:
    system::unique_fd timer_;
};

system::unique_fd watch_children() {
    sigset_t children;
    ::sigemptyset(&children);
    ::sigaddset(&children, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &children, nullptr);
    return system::unique_fd(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Until it is over: why.
hold_word watch(frozen_tasks& frozen, int orders, const system::pidfd& first, const deadline& until,
                const system::unique_fd& children) {
    using core::span_end;
    const auto over = [](span_end by, std::string text) {
        return hold_word{.is = hold_word::kind::over, .text = std::move(text), .ended_by = by};
    };
    for (;;) {
        std::array<pollfd, 4> ready{{{.fd = orders, .events = POLLIN, .revents = 0},
                                     {.fd = until.get(), .events = POLLIN, .revents = 0},
                                     {.fd = first.get(), .events = POLLIN, .revents = 0},
                                     {.fd = children.get(), .events = POLLIN, .revents = 0}}};
        (void)::poll(ready.data(), ready.size(), look_every_ms);
        if (ready[0].revents != 0) {
            return over(span_end::told_to_end, "Mayhem has ended it");
        }
        if (ready[1].revents != 0) {
            return over(span_end::time_over, {});
        }
        signalfd_siginfo ended{};
        while (ready[3].revents != 0 && ::read(children.get(), &ended, sizeof ended) > 0) {
        }
        frozen.bury();
        if (ready[2].revents != 0 || first.ends_within(std::chrono::milliseconds{0})) {
            return over(span_end::target_ended, "its process has ended");
        }
        if (const auto told = frozen.find_told_to_end()) {
            return over(span_end::stop_requested, "somebody has told pid " + std::to_string(*told) + " to end");
        }
    }
}

}  // namespace

int be_holder(int orders, int words) {
    (void)::setsid();  // fails for the leader of a group, which is as good
    ignore_signals();
    (void)::prctl(PR_SET_NAME, holder_name.data());
    (void)::prctl(PR_SET_DUMPABLE, 0);
    keep_only(CAP_SYS_PTRACE);
    const system::unique_fd children = watch_children();
    const std::optional<std::string> line = read_order(orders);
    if (!line) {
        return 1;
    }
    const auto order = parse_hold_order(*line);
    if (!order) {
        say(words, {.is = hold_word::kind::refused, .text = "the order cannot be read: " + order.error()});
        return 1;
    }
    frozen_tasks frozen;
    try {
        const std::optional<system::pidfd> first = system::pidfd::open(order->first.pid);
        std::optional<frozen_tasks::refusal> refused = freeze_all(*order, frozen);
        if (refused || !first) {
            say(words, {.is = hold_word::kind::refused,
                        .text = refused ? refused->why : "it has ended",
                        .by = refused ? refused->by : core::guard::already_restarted});
            return 1;
        }
        const deadline until(order->length);
        say(words, {.is = hold_word::kind::held, .text = describe(frozen)});
        say(words, watch(frozen, orders, *first, until, children));
    } catch (const std::exception& e) {
        say(words, {.is = hold_word::kind::refused, .text = e.what()});
        return 1;
    }
    return 0;
}

}  // namespace mayhem::actions
