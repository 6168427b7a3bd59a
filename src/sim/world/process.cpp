#include "sim/world/process.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "sim/world/rethrow.hpp"

namespace mayhem::sim {

namespace {

/// A call that takes longer is a trouble of the world, and is not waited for by the dead.
constexpr std::chrono::milliseconds untroubled{200};

/// What takes so long is a weak moment. A reload that hangs should do so for longer than an end may take.
constexpr std::chrono::seconds weak_after(weak_moment m) noexcept {
    return std::chrono::seconds{m == weak_moment::reload_hangs ? 10 : 1};
}

}  // namespace

process::process(scene& s, std::uint64_t number)
    : scene_(s),
      number_(number),
      disk_(s.disk, {.now = [&s] { return s.clock.wall_now(); }, .sleep = [](core::duration) {}}),
      tasks_(s.loop, "process", &rethrow) {}

void process::die() noexcept {
    is_alive_ = false;
    disk_.kill();
    death_.set();
}

void process::look_whether_it_died() {
    if (is_alive_ && !disk_.is_alive()) {
        scene_.rare.note(rare_state::killed_in_commit);
        on_death_in_call();
    }
}

async::awaitable<void> process::spend(std::chrono::nanoseconds d) {
    const async::frame here;
    if (d <= std::chrono::nanoseconds{} || !is_alive_) {
        co_return;
    }
    if (d <= untroubled) {
        co_await async::sleep_for(d);  // a corpse lies still as long, which nobody sees, and most waits are these
    } else {
        const bool died = (co_await async::with_timeout(death_.wait(), d)).has_value();
        (void)died;
    }
}

async::awaitable<void> process::take_time(fault f, std::chrono::nanoseconds usual, std::chrono::nanoseconds slow,
                                          trouble_kind kind, std::optional<std::string> group,
                                          std::optional<weak_moment> makes) {
    const async::frame here;
    const bool may_be_unsaved = f == fault::slow_store && messages_.is_saving();
    const dice::outcome o = makes            ? scene_.ambush.roll(f, {*makes})
                            : may_be_unsaved ? scene_.ambush.roll(f, {weak_moment::act_is_unsaved})
                                             : scene_.dice.roll(f);
    const std::chrono::nanoseconds d =
        o ? spread(o.severity, std::chrono::milliseconds{1}, slow)
          : std::chrono::nanoseconds{static_cast<std::int64_t>(o.choice * static_cast<double>(usual.count()))};
    std::optional<standing_trouble> stands;
    if (is_alive_ && d > untroubled) {
        stands.emplace(scene_.log, kind, std::move(group), std::string(to_string(f)));
        if (f == fault::slow_store && d > std::chrono::seconds{3} && messages_.has_any()) {
            scene_.rare.note(rare_state::store_slower_than_lease);
        }
    }
    if (is_alive_ && makes && d > weak_after(*makes)) {
        scene_.ambush.spring(*makes, d);
    }
    co_await spend(d);
}

}  // namespace mayhem::sim
