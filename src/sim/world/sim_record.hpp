#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "daemon/world.hpp"
#include "sim/world/message_origins.hpp"
#include "sim/world/process.hpp"
#include "stores/sqlite/sqlite_store.hpp"

namespace mayhem::sim {

/// The record of one life: the real store on the simulated disk. Tells the world what became durable.
class sim_record final : public app::durable_record, ports::journal, ports::limits {
public:
    /// All that it is given outlives it.
    [[nodiscard]] static async::awaitable<std::unique_ptr<app::durable_record>> open(process& p, message_origins& o,
                                                                                     std::filesystem::path path,
                                                                                     std::uint64_t seed);

    [[nodiscard]] ports::journal& journal() override { return *this; }
    [[nodiscard]] ports::limits& limits() override { return *this; }
    [[nodiscard]] ports::plan_memory& plans() override { return store_; }
    [[nodiscard]] ports::history& history() override { return store_; }
    [[nodiscard]] ports::halt_memory& halt_memory() override { return store_; }
    [[nodiscard]] const found& at_the_start() const noexcept override { return found_; }
    [[nodiscard]] std::string trouble() const override { return store_.trouble(); }
    [[nodiscard]] telemetry::histogram commit_times() const override { return {}; }
    async::awaitable<void> close() override { return store_.close(); }

private:
    sim_record(process& p, message_origins& o, stores::sqlite_database database, found f);

    async::awaitable<bool> enter(const core::message& m, const ports::draw_record& d) override;
    async::awaitable<void> save(const core::message& m, int attempt, const core::reach* foretold) override;
    async::awaitable<void> record(const core::message& m, const core::outcome& o) override;
    async::awaitable<std::vector<core::seen_recovery>> past_recoveries(const core::message& m, std::string_view act,
                                                                       core::wall_time since) override;
    async::awaitable<void> nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why) override;
    async::awaitable<std::vector<ports::unfinished_message>> unfinished() override;
    async::awaitable<std::optional<ports::recorded_message>> find(const core::uuid& id) override;
    async::awaitable<std::vector<ports::acted_target>> acted_on() override;
    async::awaitable<std::optional<core::guard>> claim(const core::message& m, int attempt,
                                                       const ports::restarts_query& q, const core::guard_limits& l,
                                                       const core::reach* foretold) override;
    async::awaitable<bool> close_breaker(const std::string& group) override;
    async::awaitable<ports::restarts_so_far> restarts(const ports::restarts_query& q) override;
    async::awaitable<std::vector<ports::last_restart>> restarted_since(const std::string& group,
                                                                       core::wall_time since) override;

    process& process_;
    message_origins& origins_;
    const found found_;
    stores::sqlite_store store_;
};

}  // namespace mayhem::sim
