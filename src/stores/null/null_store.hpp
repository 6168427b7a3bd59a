#pragma once

#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/limits.hpp"
#include "mayhem/ports/plan_memory.hpp"

namespace mayhem::stores {

/// Keeps nothing: for the benchmark, which measures the pipeline and not a disk. `save` and `record` let the loop take
/// one turn, as a store that waits for something would; the other calls return at once. Never fails.
class null_store : public ports::journal, public ports::limits, public ports::plan_memory {
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
};

}  // namespace mayhem::stores
