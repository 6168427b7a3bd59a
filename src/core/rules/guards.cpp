#include "mayhem/core/rules/guards.hpp"

#include <array>

#include "mayhem/core/text/duration_text.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::core {

namespace {

std::size_t standing_after(const guard_facts& f) noexcept {
    const std::size_t taken = 1 + f.falling;
    return f.healthy > taken ? f.healthy - taken : 0;
}

std::size_t needed(const guard_facts& f) noexcept {
    return f.limits.min_healthy.value_or(f.members > 1 ? std::size_t{1} : std::size_t{0});
}

std::size_t unavailable(const guard_facts& f) noexcept {
    const std::size_t down = f.members > f.healthy ? f.members - f.healthy : 0;
    return (down > f.restarting ? down : f.restarting) + f.falling;
}

bool is_within(std::size_t count, std::size_t max) noexcept { return max == 0 || count < max; }

bool is_too_young(const guard_facts& f) noexcept {
    if (f.is_unsettled) {
        return true;
    }
    return f.limits.min_age > duration{} && (!f.started_at || f.now - *f.started_at < f.limits.min_age);
}

bool is_rested_too_little(const guard_facts& f) noexcept {
    return f.limits.min_rest > duration{} && f.last_restart && f.now - *f.last_restart <= f.limits.min_rest;
}

bool are_too_few_healthy(const guard_facts& f) noexcept {
    return f.members > 0 && needed(f) > 0 && standing_after(f) < needed(f);
}

/// One row a guard, in the order of the enum: what it asks.
using question = bool (*)(const guard_facts&) noexcept;

constexpr std::array<question, 18> questions{
    [](const guard_facts& f) noexcept { return f.halted; },
    [](const guard_facts& f) noexcept { return f.now >= f.expires_at; },
    [](const guard_facts& f) noexcept { return !f.is_within_hours; },
    [](const guard_facts& f) noexcept { return !f.is_on_allowed_day; },
    [](const guard_facts& f) noexcept { return f.lasts && !f.ends_within_hours; },
    [](const guard_facts& f) noexcept { return f.is_protected; },
    [](const guard_facts& f) noexcept { return !f.is_opted_in; },
    [](const guard_facts& f) noexcept { return f.is_restarted; },
    is_too_young,
    is_rested_too_little,
    are_too_few_healthy,
    [](const guard_facts& f) noexcept { return !is_within(unavailable(f), f.limits.max_unavailable); },
    [](const guard_facts& f) noexcept { return !is_within(f.restarts_today, f.limits.max_per_day); },
    [](const guard_facts& f) noexcept { return !is_within(f.restarts_of_hour, f.limits.max_per_hour); },
    [](const guard_facts& f) noexcept { return f.breaker.has_value(); },
    [](const guard_facts& f) noexcept { return f.unsteady.has_value(); },
    [](const guard_facts& f) noexcept { return f.out_of_reach.has_value(); },
    [](const guard_facts& f) noexcept { return f.dry_run; },
};
static_assert(questions.size() == static_cast<std::size_t>(guard::dry_run) + 1);

std::string since(wall_time now, std::optional<wall_time> then) {
    return then ? format_duration(now - *then) : std::string("an unknown time");
}

std::string counted(std::size_t count, const char* what, std::size_t max) {
    return std::to_string(count) + what + (max == 0 ? ", no limit" : ", at most " + std::to_string(max));
}

std::string describe_age(const guard_facts& f) {
    return std::string(f.is_unsettled ? "it is not stable yet after the last act, " : "") + "up for " +
           since(f.now, f.started_at) +
           (f.limits.min_age > duration{} ? ", min_age is " + format_duration(f.limits.min_age) : ", no min_age");
}

std::string describe_rest(const guard_facts& f) {
    return (f.last_restart ? "restarted " + since(f.now, f.last_restart) + " ago" : std::string("never restarted")) +
           (f.limits.min_rest > duration{} ? ", min_rest is " + format_duration(f.limits.min_rest) : ", no min_rest");
}

std::string describe_source(const guard_facts& f) {
    if (f.are_members_stated) {
        return " (the config says how many it has)";
    }
    constexpr std::size_t date_size = 10;
    return f.members_shown_on ? " (so many stood on " + utc_text(*f.members_shown_on).substr(0, date_size) + ')'
                              : std::string();
}

std::string describe_health(const guard_facts& f) {
    if (f.members == 0) {
        return "the members are not counted";
    }
    const std::string falling = f.falling == 0 ? "" : ", " + std::to_string(f.falling) + " would fall with it";
    return std::to_string(f.healthy) + " of " + std::to_string(f.members) + " members stand" + describe_source(f) +
           falling + ", " + std::to_string(standing_after(f)) + " would be left, at least " +
           std::to_string(needed(f)) + " must";
}

std::string describe_end(const guard_facts& f) {
    return f.lasts ? "it would stand for " + format_duration(*f.lasts) +
                         (f.ends_within_hours ? ", which the hours allow" : ", beyond the end of the hours")
                   : std::string("nothing that lasts");
}

std::string describe_reach(const guard_facts& f) {
    return f.out_of_reach ? *f.out_of_reach : f.reach ? describe(*f.reach) : std::string("not looked up");
}

std::string describe_probe(const guard_facts& f) { return f.unsteady ? *f.unsteady : f.steady.value_or("no probe"); }

std::string looked_at(guard g, const guard_facts& f) {
    const auto say = [](bool is_so, const char* yes, const char* no) { return std::string(is_so ? yes : no); };
    switch (g) {
        case guard::halted: return say(f.halted, "halted", "not halted");
        case guard::expired: return "expires in " + format_duration(f.expires_at - f.now);
        case guard::outside_hours: return say(f.is_within_hours, "within the hours", "outside the hours");
        case guard::excluded_day: return say(f.is_on_allowed_day, "the day is allowed", "the day is excluded");
        case guard::too_near_the_end: return describe_end(f);
        case guard::protected_target: return say(f.is_protected, "protected, whatever the config says", "unprotected");
        case guard::not_opted_in: return say(f.is_opted_in, "the group selects it", "the group does not select it");
        case guard::already_restarted:
            return say(f.is_restarted, "another incarnation, or acted on before", "the same incarnation");
        case guard::too_young: return describe_age(f);
        case guard::rested_too_little: return describe_rest(f);
        case guard::too_few_healthy: return describe_health(f);
        case guard::too_many_at_once: return counted(unavailable(f), " members down", f.limits.max_unavailable);
        case guard::daily_limit: return counted(f.restarts_today, " restarts today", f.limits.max_per_day);
        case guard::hourly_limit: return counted(f.restarts_of_hour, " restarts this hour", f.limits.max_per_hour);
        case guard::breaker_open: return f.breaker ? "open: " + *f.breaker : std::string("closed");
        case guard::unsteady: return describe_probe(f);
        case guard::out_of_reach: return describe_reach(f);
        case guard::dry_run: return say(f.dry_run, "dry_run is on", "armed");
        case guard::would_stay_dead:
        case guard::busy:
        case guard::span_under_way:
        case guard::shares_its_cgroup:
        case guard::no_effect_possible:
        case guard::has_runtime_setting:
        case guard::no_fleet:
        case guard::no_permit:
        case guard::other_config:
        case guard::missed:
        case guard::unlisted:
        case guard::no_target: break;
    }
    return {};
}

}  // namespace

std::optional<guard> refuse(const guard_facts& facts) noexcept {
    for (std::size_t i = 0; i < questions.size(); ++i) {
        if (questions[i](facts)) {
            return static_cast<guard>(i);
        }
    }
    return std::nullopt;
}

std::string explain(guard g, const guard_facts& facts) { return looked_at(g, facts); }

std::vector<guard_answer> explain(const guard_facts& facts) {
    std::vector<guard_answer> answers;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto g = static_cast<guard>(i);
        answers.push_back({.guard = g, .refuses = questions[i](facts), .looked_at = looked_at(g, facts)});
    }
    return answers;
}

}  // namespace mayhem::core
