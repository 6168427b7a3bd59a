#include "actions/holder/be_holder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "actions/holder/hold_order.hpp"
#include "actions/holder/holder_name.hpp"
#include "actions/holder/holder_rights.hpp"
#include "actions/holder/put_back.hpp"
#include "actions/holder/standing_fault.hpp"
#include "drivers/proc/process_network.hpp"
#include "system/pidfd.hpp"
#include "system/unique_fd.hpp"
#include "system/write_all.hpp"

namespace mayhem::actions {

namespace {

constexpr int order_within_ms = 10'000;
constexpr std::chrono::milliseconds look_every{250};
constexpr int looks_per_word = 4;

void say(int words, const hold_word& w) {
    const bool is_said = system::write_all(words, to_line(w));
    (void)is_said;  // nobody listens any more, and then the orders end as well
}

void say_refused(int words, std::string why, std::optional<core::guard> by = {}) {
    say(words, {.is = hold_word::kind::refused, .text = std::move(why), .by = by});
}

/// Nothing: it has ended before, or is longer than any line.
std::optional<std::string> read_line(int orders) {
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

/// Tells the effect of a fault, when it is another one than was told last.
class effect_teller {
public:
    effect_teller(standing_fault& f, int words, core::seen_effect told)
        : fault_(f), words_(words), told_(std::move(told)) {}

    void tell() {
        core::seen_effect now = fault_.effect();
        if (now != told_) {
            say(words_, {.is = hold_word::kind::seen, .text = now.text, .is_none = now.is_none});
            told_ = std::move(now);
        }
    }

private:
    standing_fault& fault_;
    const int words_;
    core::seen_effect told_;
};

/// The one that the action needs, if it needs any, and the two with which a network is entered.
std::vector<unsigned> capabilities_of(std::string_view action, bool is_inside) {
    std::vector<unsigned> all;
    if (const std::optional<unsigned> needed = capability_of(action)) {
        all.push_back(*needed);
    }
    if (is_inside) {
        all.insert(all.end(), {CAP_SYS_ADMIN, CAP_SYS_PTRACE});
    }
    return all;
}

using clock = standing_fault::clock;

/// Until one of them is readable, but no longer.
void wait(std::span<pollfd> on, clock::time_point until) {
    const auto left = std::max<clock::duration>(until - clock::now(), clock::duration::zero());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec limit{.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(left - seconds).count()};
    (void)::ppoll(on.data(), on.size(), &limit, nullptr);
}

/// Until it is over: why.
hold_word watch(standing_fault& fault, effect_teller& effect, int orders, const system::pidfd& first,
                const deadline& until, const system::unique_fd& children) {
    using core::span_end;
    const auto over = [](span_end by, std::string text) {
        return hold_word{.is = hold_word::kind::over, .text = std::move(text), .ended_by = by};
    };
    clock::time_point next_look = clock::now() + look_every;
    for (int looks = 1;;) {
        std::array<pollfd, 5> ready{{{.fd = orders, .events = POLLIN, .revents = 0},
                                     {.fd = until.get(), .events = POLLIN, .revents = 0},
                                     {.fd = first.get(), .events = POLLIN, .revents = 0},
                                     {.fd = children.get(), .events = POLLIN, .revents = 0},
                                     {.fd = fault.descriptor(), .events = POLLIN, .revents = 0}}};
        wait(ready, std::min(next_look, fault.next_due().value_or(next_look)));
        fault.work();
        const clock::time_point now = clock::now();
        if (ready[0].revents != 0) {
            return over(span_end::told_to_end, "Mayhem has ended it");
        }
        if (ready[1].revents != 0) {
            return over(span_end::time_over, {});
        }
        const bool is_time = now >= next_look;
        if (!is_time && ready[2].revents == 0 && ready[3].revents == 0) {
            continue;
        }
        signalfd_siginfo ended{};
        while (ready[3].revents != 0 && ::read(children.get(), &ended, sizeof ended) > 0) {
        }
        std::optional<hold_word> found = fault.look();
        if (ready[2].revents != 0 || first.ends_within(std::chrono::milliseconds{0})) {
            return over(span_end::target_ended, "its process has ended");
        }
        if (found) {
            return *std::move(found);
        }
        if (is_time) {
            next_look = now + look_every;
            if (looks++ % looks_per_word == 0) {
                effect.tell();
            }
        }
    }
}

/// False: it has refused.
bool hold(const hold_order& o, int orders, int words, const system::unique_fd& children) {
    std::unique_ptr<standing_fault> fault = make_fault(o);
    const std::optional<system::pidfd> first = system::pidfd::open(o.first.pid);
    const std::optional<refusal> refused =
        first ? fault->begin() : refusal{.why = "it has ended", .by = core::guard::already_restarted};
    if (refused) {
        fault.reset();  // nothing of it stands when that is said
        say_refused(words, refused->why, refused->by);
        return false;
    }
    const deadline until(o.length);
    const core::seen_effect seen = fault->effect();
    say(words, {.is = hold_word::kind::held, .text = seen.text, .is_none = seen.is_none});
    effect_teller effect(*fault, words, seen);
    const hold_word over = watch(*fault, effect, orders, *first, until, children);
    fault->end();
    effect.tell();
    fault.reset();
    say(words, over);
    return true;
}

}  // namespace

std::optional<std::string> become_holder(std::span<const unsigned> capabilities, int orders) {
    (void)::setsid();  // fails for the leader of a group, which is as good
    ignore_signals();
    (void)::prctl(PR_SET_NAME, holder_name.data());
    (void)::prctl(PR_SET_DUMPABLE, 0);
    keep_only(capabilities);
    return read_line(orders);
}

int carry_out(std::string_view order_line, const order_check& why_not, int orders, int words) {
    const auto order = parse_hold_order(order_line);
    if (!order) {
        say_refused(words, "the order cannot be read: " + order.error());
        return 1;
    }
    const system::unique_fd children = watch_children();
    const std::string_view action = action_of(*order);
    try {
        if (const std::optional<refusal> refused = why_not ? why_not(*order) : std::nullopt) {
            say_refused(words, refused->why, refused->by);
            return 1;
        }
        keep_only(capabilities_of(action, order->is_inside));
        if (order->is_inside) {
            drivers::enter_network_of(order->first.pid);
            keep_only(capabilities_of(action, false));
        }
        if (order->unit && order->unit->is_to_undo) {
            const put_back_result done = put_back(*order->unit, order->first.boot_id);
            say(words, {.is = hold_word::kind::held, .text = std::string(to_string(done))});
            return 0;
        }
        return hold(*order, orders, words, children) ? 0 : 1;
    } catch (const std::exception& e) {
        say_refused(words, e.what());
        return 1;
    }
}

int be_holder(std::string_view action, bool is_inside, int orders, int words) {
    const auto line = become_holder(capabilities_of(action, is_inside), orders);
    return line ? carry_out(*line, {}, orders, words) : 1;
}

}  // namespace mayhem::actions
