#include "notify/notifier.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/uuid.hpp"

namespace mayhem::notify {

std::optional<event_kind> event_of(ports::step_kind k) noexcept {
    switch (k) {
        case ports::step_kind::restarted: return event_kind::restarted;
        case ports::step_kind::fault_begun: return event_kind::fault_begun;
        case ports::step_kind::fault_ended: return event_kind::fault_ended;
        case ports::step_kind::fault_stuck: return event_kind::fault_stuck;
        case ports::step_kind::recovered: return event_kind::recovered;
        case ports::step_kind::unstable:  // whoever wants to hear that it is not well wants to hear of this
        case ports::step_kind::not_recovered: return event_kind::not_recovered;
        case ports::step_kind::not_tolerated: return event_kind::not_tolerated;
        case ports::step_kind::aborted: return event_kind::aborted;
        case ports::step_kind::no_effect: return event_kind::no_effect;
        case ports::step_kind::taken_over: return event_kind::taken_over;
        case ports::step_kind::not_ended: return event_kind::not_ended;
        case ports::step_kind::breaker_opened: return event_kind::breaker_opened;
        case ports::step_kind::dead_lettered: return event_kind::dead_lettered;
        case ports::step_kind::published:
        case ports::step_kind::pulled:
        case ports::step_kind::extended:
        case ports::step_kind::saved:
        case ports::step_kind::restart_failed:
        case ports::step_kind::failed:
        case ports::step_kind::refused:
        case ports::step_kind::lease_lost:
        case ports::step_kind::acked:
        case ports::step_kind::nacked: break;
    }
    return std::nullopt;
}

notifier::notifier(surroundings s) : to_(std::move(s)) {}

async::awaitable<void> notifier::replace(std::vector<destination_plan> plans) {
    const async::frame here;
    std::list<std::unique_ptr<destination>> former = std::exchange(destinations_, {});
    for (destination_plan& p : plans) {
        const auto same = std::ranges::find_if(former, [&p](const std::unique_ptr<destination>& d) {
            return d->settings().kind == p.settings.kind && d->settings().name == p.settings.name;
        });
        if (same != former.end()) {
            (*same)->reconfigure(std::move(p.settings), std::move(p.with));
            destinations_.splice(destinations_.end(), former, same);
        } else {
            const std::string stream = std::string(to_string(p.settings.kind)) + " " + p.settings.name;
            notification_counts& counts = counts_[static_cast<std::size_t>(p.settings.kind)];
            destinations_.push_back(std::make_unique<destination>(
                std::move(p.settings), std::move(p.with),
                destination::surroundings{to_.loop, counts, to_.random.stream(stream), to_.warn, to_.on_failure}));
        }
    }
    for (const std::unique_ptr<destination>& d : former) {
        if (const std::size_t left = d->cancel(); left > 0) {
            to_.warn(fmt::format("{} '{}' is no longer configured, dropping {} notifications that waited for it",
                                 to_string(d->settings().kind), d->settings().name, left));
        }
    }
    leaving_.splice(leaving_.end(), former);
    while (!leaving_.empty()) {
        co_await leaving_.front()->join();
        leaving_.pop_front();
    }
}

bool notifier::is_wanted(event_kind k, bool is_slower, const std::string& group) const noexcept {
    return std::ranges::any_of(destinations_, [k, is_slower, &group](const std::unique_ptr<destination>& d) {
        return d->settings().filter.passes(k, is_slower, group);
    });
}

void notifier::observe(const ports::step& s) noexcept {
    const std::optional<event_kind> kind = event_of(s.kind);
    if (!kind || !is_wanted(*kind, s.slower != nullptr, s.message.group)) {
        return;
    }
    event e;
    e.kind = *kind;
    e.group = s.message.group;
    e.target = one_line(s.message.target.id);
    e.message = s.message.id.to_string();
    e.attempt = s.attempt;
    if (s.length != core::duration{}) {
        e.length = s.length;
    }
    if (s.slower != nullptr) {
        e.slower = *s.slower;
    }
    e.action = s.action.empty() ? s.message.act.name : std::string(s.action);
    e.detail = one_line(s.detail);
    queue(std::move(e));
}

void notifier::tell(event_kind k, std::string_view who, std::string_view detail) {
    event e;
    e.kind = k;
    e.who = one_line(who);
    e.detail = one_line(detail);
    queue(std::move(e));
}

void notifier::queue(event e) {
    e.at = to_.loop.clock().wall_now();
    e.host = to_.host;
    e.id = core::uuid::random(to_.random).to_string();
    const auto shared = std::make_shared<const event>(std::move(e));
    for (const std::unique_ptr<destination>& d : destinations_) {
        if (d->settings().filter.passes(shared->kind, shared->slower.has_value(), shared->group)) {
            d->push(shared);
        }
    }
}

std::size_t notifier::waiting() const noexcept {
    std::size_t all = 0;
    for (const std::unique_ptr<destination>& d : destinations_) {
        all += d->waiting();
    }
    return all;
}

async::awaitable<void> notifier::join_all() {
    const async::frame here;
    for (const std::unique_ptr<destination>& d : destinations_) {
        co_await d->join();
    }
}

async::awaitable<std::size_t> notifier::flush() {
    const async::frame here;
    const std::size_t before = undelivered();
    for (const std::unique_ptr<destination>& d : destinations_) {
        d->close();
    }
    const auto in_time = co_await async::with_timeout(join_all(), flush_max);
    (void)in_time;  // what is left says it better
    for (const std::unique_ptr<destination>& d : destinations_) {
        (void)d->cancel();
    }
    co_await join_all();
    destinations_.clear();
    co_return undelivered() - before;
}

std::size_t notifier::undelivered() const noexcept {
    std::size_t all = 0;
    for (const notification_counts& c : counts_) {
        all += c.failed + c.dropped;
    }
    return all;
}

void notifier::cut() {
    for (const std::unique_ptr<destination>& d : destinations_) {
        (void)d->cancel(true);
    }
}

}  // namespace mayhem::notify
