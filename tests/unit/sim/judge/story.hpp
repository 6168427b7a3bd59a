#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/judge/judge.hpp"

namespace mayhem::sim::test {

using names = std::set<std::string>;

/// What happened in a world, told by a test: a host "a" whose daemon is armed, with a group "web" of three targets.
/// Times are seconds; the wall clock shows a Monday, 2 March 2026, 10:00 UTC, when the world begins.
class story {
public:
    static constexpr core::wall_time monday_at_ten{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
                                                   std::chrono::hours{10}};

    story() { config.groups.push_back({.name = "web", .schedule = {}, .limits = {}}); }

    /// The daemon starts and all three targets stand.
    story& begins() {
        at(0).tell(life_began{});
        tell(config);
        for (const char* target : {"web-1", "web-2", "web-3"}) {
            stands(target, "first");
        }
        return *this;
    }

    /// What is told from now on happened then; with two numbers, somewhen between them.
    story& at(double seconds) { return between(seconds, seconds); }
    story& between(double earliest, double latest) {
        steady_ = {of(earliest), of(latest)};
        return *this;
    }

    /// Returns the sequence number.
    std::uint64_t tell(payload what) {
        const std::uint64_t seq = events.size() + 1;
        events.push_back({.at = {.seq = seq,
                                 .steady = steady_,
                                 .wall = {wall_begin + steady_.earliest, wall_begin + steady_.latest}},
                          .host = host,
                          .what = std::move(what)});
        return seq;
    }

    std::uint64_t stands(const std::string& target, const std::string& life, target_state s = target_state::healthy) {
        return tell(target_is{.target = target, .incarnation = life, .state = s, .groups = {"web"}});
    }

    /// A message for it becomes durable; returns its id.
    std::string message_for(const std::string& target, const std::string& life, const std::string& group = "web") {
        const std::string id = "message-" + std::to_string(++messages_);
        tell(journalled{.message = id,
                        .group = group,
                        .target = target,
                        .incarnation = life,
                        .planned_at = now(),
                        .expires_at = now() + std::chrono::minutes{1},
                        .origin = origin::unplanned});
        return id;
    }

    /// The act on it begins, and hits; returns the sequence number of the act.
    std::uint64_t acts(const std::string& target, const std::string& life, const std::string& message,
                       const std::string& group = "web") {
        const std::uint64_t seq = begins_act(target, life, message, group);
        tell(hit{.act = acts_, .target = target, .incarnation = life, .signal = "TERM"});
        return seq;
    }
    std::uint64_t begins_act(const std::string& target, const std::string& life, const std::string& message,
                             const std::string& group = "web") {
        return tell(act{.id = ++acts_, .group = group, .target = target, .incarnation = life, .message = message});
    }
    [[nodiscard]] std::uint64_t last_act() const noexcept { return acts_; }

    /// Message, act and hit now; the target goes down now and stands again a second later, as `next`.
    std::uint64_t restarts(double seconds, const std::string& target, const std::string& life,
                           const std::string& next) {
        at(seconds);
        const std::uint64_t seq = acts(target, life, message_for(target, life));
        stands(target, life, target_state::down);
        at(seconds + 1).stands(target, next);
        return seq;
    }

    /// Somebody wants something and is answered later; returns the sequence number of the answer.
    std::uint64_t wants(double called, double answered_at, asked what, answer how = answer::ok) {
        what.wish = ++wishes_;
        at(called).tell(what);
        return at(answered_at).tell(answered{.wish = what.wish, .answer = how, .error = {}});
    }
    void wants(double called, asked what) {
        what.wish = ++wishes_;
        at(called).tell(what);
    }

    [[nodiscard]] core::wall_time now() const { return wall_begin + steady_.earliest; }

    /// What a judge finds.
    [[nodiscard]] findings judged() const {
        std::vector<event> sorted = events;
        std::ranges::sort(sorted, {}, [](const event& e) { return std::pair(e.at.steady.earliest, e.at.seq); });
        return judge_all(sorted);
    }

    /// The promises that are broken; a fault of the story itself counts as one, "log".
    [[nodiscard]] names broken() const {
        const findings found = judged();
        names all;
        for (const violation& v : found.violations()) {
            all.insert(v.promise);
        }
        if (!found.faults_of_log().empty()) {
            all.insert("log: " + found.faults_of_log().front());
        }
        return all;
    }

    /// How often a promise was not kept, but the world was in trouble.
    [[nodiscard]] std::size_t excused(const std::string& promise) const {
        return judged().tallies().at(promise).excused;
    }
    [[nodiscard]] std::size_t decided(const std::string& promise) const {
        return judged().tallies().at(promise).decided;
    }

    static steady_time of(double seconds) {
        return std::chrono::round<steady_time>(std::chrono::duration<double>(seconds));
    }

    [[nodiscard]] group_in_force& web() { return config.groups.front(); }

    config_in_force config;
    core::wall_time wall_begin = monday_at_ten;  ///< what the clock would have shown when the world began
    std::string host = "a";
    std::vector<event> events;

private:
    interval<steady_time> steady_{};
    std::uint64_t acts_ = 0;
    std::uint64_t wishes_ = 0;
    int messages_ = 0;
};

}  // namespace mayhem::sim::test
