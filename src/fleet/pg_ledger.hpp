#pragma once

#include <string>

#include "fleet/ledger.hpp"
#include "fleet/pg_link.hpp"

namespace mayhem::fleet {

/// The ledger in the fleet's PostgreSQL, over a link that somebody else keeps up.
class pg_ledger final : public ledger {
public:
    /// `link` outlives it. `host`, for which the link's role must be bound; `life`: of this daemon.
    pg_ledger(pg_link& link, std::string host, core::uuid life);

    async::awaitable<reply<ledger_schema>> schema() override;
    async::awaitable<reply<greeting>> hello(newcomer n) override;
    async::awaitable<reply<heartbeat>> beat(std::optional<core::duration> clock_ahead, bool leaving) override;
    async::awaitable<reply<fleet_news>> poll() override;
    async::awaitable<reply<std::optional<census_question>>> ask(std::string group, core::wall_time moment) override;
    async::awaitable<reply<group_standing>> answer(census_answer a) override;
    async::awaitable<reply<turnout>> answered(std::string group, std::optional<std::uint64_t> census,
                                              core::wall_time moment) override;
    async::awaitable<reply<decided>> decide(moment_case c) override;
    async::awaitable<reply<std::optional<granted_act>>> grant_of(core::uuid message) override;
    async::awaitable<reply<std::vector<granted_act>>> left_over() override;
    async::awaitable<reply<claimed>> claim(claim_case c) override;
    async::awaitable<reply<settled_act>> settle(settlement_case s) override;
    async::awaitable<reply<bool>> note(attempt_note n) override;
    async::awaitable<reply<proposed>> propose(std::string group, std::string plan, std::string terms,
                                              std::uint64_t known_version) override;
    async::awaitable<reply<halt_standing>> halt(core::uuid id, std::string group, std::string by,
                                                std::string why) override;

private:
    pg_link& link_;
    const std::string host_;
    const std::string life_;
};

}  // namespace mayhem::fleet
