// How a moment is decided: by whom of those who have answered is believed, less what is under way.
#include <algorithm>
#include <utility>

#include "sim/fleet/fleet_tables.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;

/// What the clock on the wall shows there, as a count of `Unit`.
template <typename Unit>
Unit shown(const core::zone& z, core::wall_time t) {
    const auto utc = std::chrono::floor<std::chrono::seconds>(t);
    return std::chrono::floor<Unit>(utc.time_since_epoch() + z.at(utc).offset);
}

std::int64_t at_least(const member_limit& l, std::uint64_t members) {
    return static_cast<std::int64_t>(l.is_percent ? (members * l.value + 99) / 100 : l.value);
}

std::int64_t at_most(const member_limit& l, std::uint64_t members) {
    return static_cast<std::int64_t>(l.is_percent ? members * l.value / 100 : l.value);
}

}  // namespace

fleet::decided fleet_tables::decide(const speaker& by, const fleet::moment_case& c, core::wall_time now) {
    (void)must_be_host(by);
    const group& before = find(c.group);
    if (before.last >= c.moment && before.version >= c.known_version) {
        return {.what = fleet::decision::decided_already, .version = before.version};
    }
    group& g = lock(c.group, c.known_version);
    fleet::decided d{.version = g.version};
    if (g.last >= c.moment) {
        d.what = fleet::decision::decided_already;
        return d;
    }
    if (g.plan != c.plan) {
        d.what = fleet::decision::other_config;
        return d;
    }
    if (c.moment > now + 1s) {
        d.what = fleet::decision::clock_off;
        return d;
    }
    sweep(c.group, g, now);
    const question q{.census = c.census, .moment = c.moment};
    const weight w = weigh(c.group, g, q, now);
    const std::optional<victim> v = next_victim(c.group, g, q, now);
    const auto heavy = static_cast<std::int64_t>(v ? v->who.falls.size() : 0) + 1;
    const fleet_terms& t = g.terms;
    const std::int64_t floor = at_least(t.min_healthy, w.members);
    const bool has_ceiling = t.max_unavailable.value > 0 || t.max_unavailable.is_percent;
    const std::int64_t ceiling = at_most(t.max_unavailable, w.members);

    std::string& reason = d.reason;
    bool is_too_heavy = false;
    if (is_halted(c.group)) {
        reason = "halted";
    } else if (g.breaker) {
        reason = "breaker_open";
    } else if (c.moment < now - t.tolerance) {
        reason = "missed";
    } else if (t.max_per_hour > 0 && w.this_hour >= t.max_per_hour) {
        reason = "hourly_limit";
    } else if (t.max_per_day > 0 && w.today >= t.max_per_day) {
        reason = "daily_limit";
    } else if (g.draw != c.draw || (!v && wants_other_offers(c.group, g, q, now))) {
        d.what = fleet::decision::ask_again;
        return d;
    } else {
        if (has_ceiling && w.down + heavy > ceiling) {
            reason = "too_many_at_once";
        } else if (w.healthy - heavy < floor) {
            reason = "too_few_healthy";
        } else if (!v) {
            reason = "no_target";
        }
        is_too_heavy = (reason == "too_many_at_once" || reason == "too_few_healthy") && heavy > 1 &&
                       w.healthy - 1 >= floor && (t.max_unavailable.value == 0 || w.down + 1 <= ceiling);
    }

    d.what = reason.empty() ? fleet::decision::granted : fleet::decision::skipped;
    if (reason.empty()) {
        acts_[c.message] = {.group = c.group,
                            .planned_at = c.moment,
                            .host = v->host,
                            .victim = v->who,
                            .expires_at = c.expires_at,
                            .census_at = w.oldest,
                            .granted_at = now};
    }
    g.last = c.moment;
    g.proposing_until = core::wall_time::min();
    if (reason.empty() || is_too_heavy) {
        g.draw.cursor = v->who.key;
        g.draw.round += v->lap;
    }
    note_down(c.group, g, now, reason.empty() ? "grant" : "skip", by.host, c.message, reason);
    return d;
}

void fleet_tables::sweep(const std::string& name, group& g, core::wall_time now) {
    for (auto& [message, a] : acts_) {
        if (a.group != name) {
            continue;
        }
        if (a.state == act_state::granted && a.granted_at < now - grant_valid) {
            a.state = act_state::revoked;
            a.counts = false;
            note_down(name, g, now, "revoke", a.host, message);
        } else if (a.state == act_state::claimed && *a.claimed_at < now - g.terms.lost_after - a.victim.lasts) {
            a.state = act_state::lost;
            open_breaker(g, "host " + a.host + " vanished after an act on " + a.victim.target);
            note_down(name, g, now, "lost", a.host, message);
        }
    }
}

const fleet_tables::said* fleet_tables::believed(const std::string& name, const group& g, const std::string& host_name,
                                                 const question& q, core::wall_time now) const {
    const auto found = answers_.find({name, host_name});
    const auto h = hosts_.find(host_name);
    if (found == answers_.end() || h == hosts_.end()) {
        return nullptr;
    }
    const said& s = found->second;
    const bool answers = q.census ? s.what.census >= *q.census : s.moment >= q.moment;
    const bool is_believed = answers && h->second.has_spoken && h->second.life == s.life && !h->second.is_leaving &&
                             s.what.plan == g.plan && s.at > now - census_valid;
    return is_believed ? &s : nullptr;
}

fleet_tables::weight fleet_tables::weigh(const std::string& name, const group& g, const question& q,
                                         core::wall_time now) const {
    weight w;
    for (const auto& [host_name, h] : hosts_) {
        if (const said* const s = believed(name, g, host_name, q, now)) {
            ++w.answers;
            w.healthy += s->what.standing;
            w.oldest = std::min(w.oldest, s->at);
        }
    }
    const core::zone z = zone_of(g.terms.zone);
    for (const auto& [message, a] : acts_) {
        if (a.group != name) {
            continue;
        }
        if (is_open(a)) {
            const auto falls = static_cast<std::int64_t>(a.victim.falls.size()) + 1;
            const said* const s = believed(name, g, a.host, q, now);
            w.under_way += falls;
            if (s == nullptr || std::ranges::find(s->what.taken, message) == s->what.taken.end()) {
                w.healthy -= falls;
            }
        }
        if (a.counts && a.granted_at > now - 50h) {
            const bool is_of_today = shown<std::chrono::days>(z, a.granted_at) == shown<std::chrono::days>(z, now);
            const bool is_of_this_hour =
                shown<std::chrono::hours>(z, a.granted_at) == shown<std::chrono::hours>(z, now);
            w.today += is_of_today ? 1 : 0;
            w.this_hour += is_of_this_hour ? 1 : 0;
        }
    }
    const auto [all, not_left] = members_of(name, now);
    w.members = all;
    w.down = std::max(w.under_way, static_cast<std::int64_t>(not_left) - w.healthy);
    return w;
}

std::pair<std::uint64_t, std::uint64_t> fleet_tables::members_of(const std::string& name, core::wall_time now) const {
    std::uint64_t all = 0;
    std::uint64_t not_left = 0;
    for (const auto& [key, hours] : members_) {
        const auto h = hosts_.find(key.second);
        if (key.first != name || h == hosts_.end()) {
            continue;
        }
        std::uint32_t most = 0;
        for (const auto& [hour, members] : hours) {
            most = hour > now - 25h ? std::max(most, members) : most;
        }
        all += most;
        not_left += h->second.is_leaving ? 0 : most;
    }
    return {all, not_left};
}

bool fleet_tables::may_fall(const std::string& name, const std::string& host_name, const fleet::offer& o) const {
    return std::ranges::none_of(acts_, [&](const auto& entry) {
        const act& x = entry.second;
        return x.group == name && x.host == host_name && x.victim.target == o.target &&
               (is_open(x) || (x.victim.incarnation == o.incarnation && x.claimed_at && x.counts));
    });
}

std::optional<fleet_tables::victim> fleet_tables::next_victim(const std::string& name, const group& g,
                                                              const question& q, core::wall_time now) const {
    std::optional<victim> first;
    for (const auto& [host_name, h] : hosts_) {
        const said* const s = believed(name, g, host_name, q, now);
        if (s == nullptr || s->what.draw != g.draw) {
            continue;
        }
        for (unsigned lap = 0; lap < 2; ++lap) {
            const std::optional<fleet::offer>& o = lap == 0 ? s->what.own : s->what.next;
            if (!o || (lap == 0 && o->key <= g.draw.cursor) || !may_fall(name, host_name, *o)) {
                continue;
            }
            if (!first || std::pair(lap, o->key) < std::pair(first->lap, first->who.key)) {
                first = victim{.host = host_name, .lap = lap, .who = *o};
            }
        }
    }
    return first;
}

bool fleet_tables::wants_other_offers(const std::string& name, const group& g, const question& q,
                                      core::wall_time now) const {
    return std::ranges::any_of(hosts_, [&](const auto& h) {
        const said* const s = believed(name, g, h.first, q, now);
        return s != nullptr && s->what.draw != g.draw && (s->what.own || s->what.next);
    });
}

}  // namespace mayhem::sim
