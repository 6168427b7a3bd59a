#pragma once

#include <concepts>
#include <type_traits>

#include "sim/judge/event.hpp"

// Which fields each event has: said once, for reading and for writing. `f(KEY, FIELD)` for each that must be there,
// unless it is a `std::optional`; `f.maybe(KEY, FIELD)` for one that has a default. A time's key carries its unit.
namespace mayhem::sim {

/// A payload that is read into, or a constant one that is written.
template <typename Given, typename Payload>
concept like = std::same_as<std::remove_const_t<Given>, Payload>;

void fields(auto& f, like<life_began> auto& p) { f("life", p.life); }

void fields(auto& f, like<life_ended> auto& p) {
    f("life", p.life);
    f("how", p.how);
    f.maybe("status", p.status);
    f.maybe("tasks", p.tasks);
}

void fields(auto& f, like<deadlock> auto& p) { f("text", p.what); }

void fields(auto& f, like<core::guard_limits> auto& p) {
    f("min_healthy", p.min_healthy);
    f.maybe("max_unavailable", p.max_unavailable);
    f.maybe("max_per_day", p.max_per_day);
    f.maybe("max_per_hour", p.max_per_hour);
    f.maybe("min_age_us", p.min_age);
    f.maybe("min_rest_us", p.min_rest);
}

void fields(auto& f, like<group_in_force> auto& p) {
    f("name", p.name);
    f.maybe("plan", p.schedule);
    f.maybe("allowed", p.schedule.allowed);
    f.maybe("limits", p.limits);
    f("members", p.members);
    f.maybe("slower_than_percent", p.slower_than_percent);
    f.maybe("is_shared", p.is_shared);
    f.maybe("dry_run", p.dry_run);
    f.maybe("may_take_strangers", p.may_take_strangers);
    f.maybe("acts", p.acts);
    f.maybe("must_tolerate", p.must_tolerate);
    f.maybe("has_stop_condition", p.has_stop_condition);
    f.maybe("recovery_timeout_us", p.recovery_timeout);
    f.maybe("recovery_poll_us", p.recovery_poll);
    f.maybe("stable_for_us", p.stable_for);
}

void fields(auto& f, like<config_in_force> auto& p) {
    f("seed", p.seed);
    f("dry_run", p.dry_run);
    f.maybe("halted", p.halted);
    f.maybe("shutdown_grace_us", p.shutdown_grace);
    f.maybe("protected", p.protected_targets);
    f("groups", p.groups);
}

void fields(auto& f, like<config_read> auto& p) { f("shutdown_grace_us", p.shutdown_grace); }

void fields(auto& f, like<act> auto& p) {
    f("act", p.id);
    f("group", p.group);
    f("target", p.target);
    f("incarnation", p.incarnation);
    f("message", p.message);
    f.maybe("reach", p.reach);
    f.maybe("untold", p.untold);
    f("action", p.action);
}

void fields(auto& f, like<hit> auto& p) {
    f("act", p.act);
    f("target", p.target);
    f("incarnation", p.incarnation);
    f.maybe("signal", p.signal);
}

void fields(auto& f, like<fault_began> auto& p) {
    f("fault", p.fault);
    f("group", p.group);
    f("target", p.target);
    f("until_us", p.until);
    f.maybe("grace_us", p.grace);
    f.maybe("ends_on_halt", p.ends_on_halt);
    f.maybe("has_no_effect", p.has_no_effect);
}

void fields(auto& f, like<fault_owner_is> auto& p) {
    f("fault", p.fault);
    f("owner", p.owner);
    f("is_there", p.is_there);
}

void fields(auto& f, like<fault_ended> auto& p) {
    f("fault", p.fault);
    f.maybe("how", p.how);
}

void fields(auto& f, like<target_is> auto& p) {
    f("target", p.target);
    f("incarnation", p.incarnation);
    f("state", p.state);
    f.maybe("groups", p.groups);
    f.maybe("is_protected", p.is_protected);
}

void fields(auto& f, like<taken_by_somebody> auto& p) {
    f("target", p.target);
    f.maybe("is_taken", p.is_taken);
}

void fields(auto& f, like<listed> auto& p) {
    f("group", p.group);
    f.maybe("is_true", p.is_true);
    f("message", p.message);
}

void fields(auto& f, like<asked> auto& p) {
    f("wish", p.wish);
    f("what", p.what);
    f.maybe("door", p.door);
    f("group", p.group);
    f("target", p.target);
    f("action", p.action);
}

void fields(auto& f, like<answered> auto& p) {
    f("wish", p.wish);
    f("answer", p.answer);
    f.maybe("text", p.error);
}

void fields(auto& f, like<told> auto& p) {
    f("question", p.question);
    f("group", p.group);
    f("value", p.value);
}

void fields(auto& f, like<journalled> auto& p) {
    f("message", p.message);
    f("group", p.group);
    f("target", p.target);
    f("incarnation", p.incarnation);
    f("planned_at_us", p.planned_at);
    f("expires_at_us", p.expires_at);
    f("origin", p.origin);
    f("action", p.action);
}

void fields(auto& f, like<queue_did> auto& p) {
    f("message", p.message);
    f("step", p.step);
}

void fields(auto& f, like<breaker_is> auto& p) {
    f("group", p.group);
    f("is_open", p.is_open);
}

void fields(auto& f, like<clock_set> auto& p) { f("from_us", p.from); }

void fields(auto& f, like<phase_begins> auto& p) {
    f("phase", p.phase);
    f.maybe("within_us", p.within);
}

void fields(auto& f, like<trouble> auto& p) {
    f("trouble", p.id);
    f("kind", p.kind);
    f("stands", p.stands);
    f("group", p.group);
    f("text", p.what);
}

void fields(auto& f, like<stop_condition_is> auto& p) {
    f("group", p.group);
    f("is_red", p.is_red);
}

void fields(auto& f, like<fleet_did> auto& p) {
    f("step", p.step);
    f("group", p.group);
    f("message", p.message);
    f("by", p.by);
    f("planned_at_us", p.planned_at);
}

void fields(auto& f, like<recorded_message> auto& p) {
    f("message", p.message);
    f("group", p.group);
    f("planned_at_us", p.planned_at);
    f("state", p.state);
}

void fields(auto& f, like<recorded_attempt> auto& p) {
    f("message", p.message);
    f("number", p.number);
    f("verdict", p.verdict);
    f("refused_by", p.refused_by);
    f("recovery_us", p.recovery);
    f("started_at_us", p.started_at);
    f("ended_at_us", p.ended_at);
    f("act", p.act);
    f("not_before_us", p.not_before);
    f("pace", p.pace);
    f("usual_us", p.usual);
    f("held_us", p.held);
    f("ended_by", p.ended_by);
    f.maybe("opens_breaker", p.opens_breaker);
    f.maybe("is_breaker_open", p.is_breaker_open);
    f.maybe("unforetold", p.unforetold);
}

void fields(auto& f, like<recorded_skip> auto& p) {
    f("group", p.group);
    f("planned_at_us", p.planned_at);
    f("moments", p.moments);
    f("reason", p.reason);
}

void fields(auto&, like<record_read> auto&) {}

}  // namespace mayhem::sim
