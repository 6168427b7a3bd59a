#include "daemon/notification_desk.hpp"

#include <stdexcept>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "notify/hook_sender.hpp"

namespace mayhem::app {

notification_desk::notification_desk(surroundings s)
    : to_(std::move(s)),
      notifier_({.loop = to_.loop,
                 .host = host_name(),
                 .random = core::random_source(to_.seed),
                 .warn = to_.warn,
                 .on_failure = to_.on_failure}) {
    to_.halt.on_change([this](std::string_view what, const pipeline::halt_reason& r) { tell(what, r); });
}

async::awaitable<notification_desk::plans> notification_desk::read(const config& c, std::string file) {
    const async::frame here;
    plans made =
        co_await async::run_blocking(to_.pool, [&c, name = std::move(file)] { return plan_notifications(c, name); });
    co_return made;
}

async::awaitable<void> notification_desk::start(const config& c, std::string file) {
    const async::frame here;
    plans made = co_await read(c, std::move(file));
    if (!made) {
        throw std::runtime_error(to_string(made.error().front()));
    }
    co_await notifier_.replace(std::move(made).value());
}

async::awaitable<void> notification_desk::flush() {
    const async::frame here;
    if (const std::size_t waiting = notifier_.waiting(); waiting > 0) {
        to_.log.info("Delivering {} notifications, {} s at most", waiting, notify::notifier::flush_max.count());
    }
    const std::size_t undelivered = co_await notifier_.flush();
    if (undelivered > 0) {
        to_.log.warning("{} notifications could not be delivered, and are not repeated", undelivered);
    }
}

std::chrono::nanoseconds notification_desk::flush_max() const noexcept {
    return notifier_.has_destinations() ? notify::notifier::flush_max + notify::hook_sender::kill_after
                                        : std::chrono::nanoseconds{};
}

void notification_desk::tell_stuck(std::string_view why) { notifier_.tell(notify::event_kind::fault_stuck, {}, why); }

void notification_desk::tell(std::string_view what, const pipeline::halt_reason& r) {
    if (what == "halted") {
        notifier_.tell(notify::event_kind::halted, r.who, r.why);
    } else {
        notifier_.tell(notify::event_kind::resumed, r.who,
                       to_.halt.get().is_halted() ? "it is still halted for another reason" : "");
    }
}

}  // namespace mayhem::app
