#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/member.hpp"
#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/limits.hpp"

namespace mayhem::fleet {

/// The limits of a host that is in a fleet. A place is taken on this host's record first, which begins the attempt;
/// then the fleet is asked for leave, which ends soon. Groups that are not shared, and all else, are the host's own.
class shared_limits final : public ports::limits {
public:
    /// Both outlive it.
    shared_limits(ports::limits& own, member& of) noexcept : own_(own), member_(of) {}

    async::awaitable<ports::restarts_so_far> restarts(const ports::restarts_query& q) override {
        return own_.restarts(q);
    }
    async::awaitable<std::vector<ports::last_restart>> restarted_since(const std::string& group,
                                                                       core::wall_time since) override {
        return own_.restarted_since(group, since);
    }
    async::awaitable<std::optional<core::guard>> claim(const core::message& m, int attempt,
                                                       const ports::restarts_query& q, const core::guard_limits& l,
                                                       const core::reach* foretold) override;
    [[nodiscard]] std::optional<core::guard> withdrawn(const core::message& m) const noexcept override {
        return member_.has(m.group) ? member_.withdrawn(m) : own_.withdrawn(m);
    }
    async::awaitable<bool> close_breaker(const std::string& group) override { return own_.close_breaker(group); }

private:
    ports::limits& own_;
    member& member_;
};

/// The journal of a host that is in a fleet: how an attempt of a shared group ended is told to the fleet once it is on
/// record here.
class shared_journal final : public ports::journal {
public:
    /// Both outlive it.
    shared_journal(ports::journal& own, member& of) noexcept : own_(own), member_(of) {}

    async::awaitable<bool> enter(const core::message& m, const ports::draw_record& d) override {
        return own_.enter(m, d);
    }
    async::awaitable<void> save(const core::message& m, int attempt, const core::reach* foretold) override {
        return own_.save(m, attempt, foretold);
    }
    async::awaitable<void> record(const core::message& m, const core::outcome& o) override;
    async::awaitable<std::vector<core::seen_recovery>> past_recoveries(const core::message& m, std::string_view act,
                                                                       core::wall_time since) override {
        return own_.past_recoveries(m, act, since);
    }
    async::awaitable<void> nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why) override {
        return own_.nack(ids, at, why);
    }
    async::awaitable<std::vector<ports::unfinished_message>> unfinished() override { return own_.unfinished(); }
    async::awaitable<std::optional<ports::recorded_message>> find(const core::uuid& id) override {
        return own_.find(id);
    }
    async::awaitable<std::vector<ports::acted_target>> acted_on() override { return own_.acted_on(); }

private:
    ports::journal& own_;
    member& member_;
};

}  // namespace mayhem::fleet
