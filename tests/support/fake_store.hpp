#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mayhem/async/event.hpp"
#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/limits.hpp"
#include "mayhem/ports/plan_memory.hpp"

namespace mayhem::test {

/// A store in memory that notes every call in order, and can be told to fail or to make its callers wait.
///
/// A line per call: "enter NAME", "save NAME #ATTEMPT", "record NAME #ATTEMPT VERDICT DISPOSITION", "nack COUNT WHY",
/// "skip COUNT", "follow_plan GROUP", "unfinished", "past NAME ACT", where NAME is the target's. A call that fails is
/// noted too, with " (failed)". The loop's thread only.
class fake_store final : public ports::journal, public ports::limits, public ports::plan_memory {
public:
    async::awaitable<bool> enter(const core::message& m, const ports::draw_record& d) override;
    async::awaitable<std::optional<core::guard>> claim(const core::message& m, int attempt,
                                                       const ports::restarts_query& q, const core::guard_limits& l,
                                                       const core::reach* foretold) override;
    async::awaitable<void> save(const core::message& m, int attempt, const core::reach* foretold) override;
    async::awaitable<void> record(const core::message& m, const core::outcome& o) override;
    async::awaitable<std::vector<core::seen_recovery>> past_recoveries(const core::message& m, std::string_view act,
                                                                       core::wall_time since) override;
    async::awaitable<void> nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why) override;
    async::awaitable<void> skip(std::span<const core::skip> skips) override;
    async::awaitable<std::optional<core::wall_time>> follow_plan(const std::string& group, const std::string& plan,
                                                                 core::wall_time now) override;
    async::awaitable<std::vector<ports::unfinished_message>> unfinished() override;
    async::awaitable<std::optional<ports::recorded_message>> find(const core::uuid& id) override;
    async::awaitable<std::vector<ports::acted_target>> acted_on() override;
    async::awaitable<std::vector<ports::group_memory>> recall(const std::vector<std::string>& groups) override;
    async::awaitable<bool> close_breaker(const std::string& group) override;
    async::awaitable<ports::restarts_so_far> restarts(const ports::restarts_query& q) override;
    async::awaitable<std::vector<ports::last_restart>> restarted_since(const std::string& group,
                                                                       core::wall_time since) override;

    /// What the guards are told.
    ports::restarts_so_far so_far{};
    std::vector<ports::last_restart> last_restarts{};
    std::optional<core::guard> claim_answer{};

    /// What `past_recoveries` returns.
    std::vector<core::seen_recovery> past{};

    /// The draws that were journalled: whom, in which round, out of how many.
    struct draw {
        std::string target;
        std::uint64_t round = 0;
        std::size_t eligible = 0;
    };
    [[nodiscard]] const std::vector<draw>& draws() const noexcept { return draws_; }

    /// The next `times` calls of `call` ("save", "record", ...) throw `core::store_failed` with this text.
    void fail(const std::string& call, int times = 1, const std::string& why = "the disk is full");

    /// From now on every call of `call` waits until `release(call)`.
    void hold(const std::string& call);
    void release(const std::string& call);

    /// What `find` finds, by id: what was entered, and how it was settled, unless the test says otherwise.
    std::map<core::uuid, ports::recorded_message> on_record;

    /// What the next `unfinished` returns: what a former life left.
    void left_unfinished(std::vector<ports::unfinished_message> messages) { unfinished_ = std::move(messages); }

    /// What `acted_on` returns.
    std::vector<ports::acted_target> acted_targets{};

    /// What `follow_plan` returns.
    void followed_until(core::wall_time t) { followed_until_ = t; }

    /// When the journalled messages were planned, and what was skipped.
    [[nodiscard]] const std::vector<core::wall_time>& planned() const noexcept { return planned_; }
    [[nodiscard]] const std::vector<core::skip>& skips() const noexcept { return skips_; }

    [[nodiscard]] const std::vector<std::string>& calls() const noexcept { return calls_; }
    [[nodiscard]] const std::vector<core::outcome>& outcomes() const noexcept { return outcomes_; }
    [[nodiscard]] const std::vector<core::uuid>& nacked() const noexcept { return nacked_; }

private:
    struct behaviour {
        int failures_left = 0;
        std::string why;
        async::event may_pass;
        behaviour() { may_pass.set(); }
    };

    async::awaitable<void> carry_out(std::string call, std::string line);

    std::map<std::string, behaviour> behaviours_;
    std::vector<std::string> calls_;
    std::vector<draw> draws_;
    std::vector<core::outcome> outcomes_;
    std::vector<core::uuid> nacked_;
    std::vector<ports::unfinished_message> unfinished_;
    std::set<core::uuid> ids_;
    std::vector<core::wall_time> planned_;
    std::vector<core::skip> skips_;
    std::optional<core::wall_time> followed_until_;
};

}  // namespace mayhem::test
