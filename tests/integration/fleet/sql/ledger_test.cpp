// A fleet's PostgreSQL, through the calls that a daemon makes, keeps the contract of every ledger: parameters and
// answers mean in C++ what they mean in SQL.
#include <map>
#include <memory>

#include "fleet/pg_ledger.hpp"
#include "fleet/system_lookup.hpp"
#include "integration/fleet/sql/fleet_bed.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/with_group.hpp"
#include "support/ledger_contract.hpp"
#include "system/boot_time.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::testing {
namespace {

using namespace std::chrono_literals;

/// Says nothing, since the answers of the calls tell it all.
class deaf_observer final : public fleet::link_observer {
public:
    void connected(const fleet::endpoint&, std::chrono::nanoseconds) noexcept override {}
    void connection_lost(std::string_view) noexcept override {}
    void not_connected(std::string_view, std::chrono::nanoseconds) noexcept override {}
    void called(const fleet::call_record&) noexcept override {}
};

/// Names that are never asked for: the server is a socket.
class no_names final : public fleet::address_lookup {
public:
    async::awaitable<core::result<std::vector<std::string>>> find(std::string host) override {
        const async::frame here;
        co_return core::failure{host + " has no address"};
    }
};

class pg_bed final : public test::ledger_bed {
public:
    pg_bed() {
        for (int host = 1; host <= 2; ++host) {
            const std::string name = "h" + std::to_string(host);
            links_[host] = std::make_unique<fleet::pg_link>(
                fleet::link_settings{.hosts = {{shared_server().folder().string(), shared_server().port()}},
                                     .dbname = bed_.database(),
                                     .user = name,
                                     .connect_limit = 30s,
                                     .call_limit = 30s},
                fleet::link_needs{.loop = loop_,
                                  .names = names_,
                                  .observer = observer_,
                                  .random = core::random_source(static_cast<std::uint64_t>(host)),
                                  .boot_time = &system::boot_time});
        }
    }

    fleet::ledger& of(int host, int life) override {
        std::unique_ptr<fleet::pg_ledger>& made = ledgers_[{host, life}];
        if (!made) {
            std::array<std::uint8_t, 16> bytes{};
            bytes[0] = static_cast<std::uint8_t>(life);
            bytes[1] = static_cast<std::uint8_t>(host);
            made = std::make_unique<fleet::pg_ledger>(*links_.at(host), "h" + std::to_string(host), core::uuid(bytes));
        }
        return *made;
    }
    void adopt(const std::string& terms) override { bed_.adopt(terms); }
    void resume() override { bed_.owner.ask("SELECT mayhem.resume(NULL, 'test'), mayhem.resume('web', 'test')"); }
    core::wall_time now() override {
        return core::wall_time(core::duration(
            std::stoll(bed_.owner.line("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"))));
    }
    void play(const std::function<async::awaitable<void>()>& body) override {
        drivers::run_task(loop_, play_linked(body));
    }

private:
    async::awaitable<void> play_linked(const std::function<async::awaitable<void>()>& body) {
        const async::frame here;
        co_await async::with_group("links", [&](async::task_group& beside) { return play_beside(beside, body); });
    }
    async::awaitable<void> play_beside(async::task_group& beside, const std::function<async::awaitable<void>()>& body) {
        const async::frame here;
        for (const auto& [host, link] : links_) {
            beside.spawn("link", link->run());
        }
        for (const auto& [host, link] : links_) {
            while (!link->is_connected()) {
                co_await async::sleep_for(1ms);
            }
        }
        const auto played = co_await async::settle(body());
        beside.cancel();
        played.rethrow_if_failed();
    }

    fleet_bed bed_{fleet_bed::silent};
    async::real_clock clock_;
    async::loop loop_{clock_};
    no_names names_;
    deaf_observer observer_;
    std::map<int, std::unique_ptr<fleet::pg_link>> links_;
    std::map<std::pair<int, int>, std::unique_ptr<fleet::pg_ledger>> ledgers_;
};

std::unique_ptr<test::ledger_bed> make_bed() { return std::make_unique<pg_bed>(); }

using test::LedgerContract;
INSTANTIATE_TEST_SUITE_P(Postgres, LedgerContract, ::testing::Values(&make_bed));

}  // namespace
}  // namespace mayhem::testing
