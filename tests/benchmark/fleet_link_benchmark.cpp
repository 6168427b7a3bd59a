// Measures the link to a fleet's database (docs/benchmarks.md): what a call takes, how many go through in a second, and
// what connecting takes and holds the loop for. Starts a PostgreSQL and a pgbouncer of its own.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "integration/fleet/link_trial.hpp"
#include "integration/fleet/pooler.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t calls_count = 5'000;
constexpr int connects_count = 20;

/// In milliseconds, of what was measured: the value below which such a part of them is.
double below(std::vector<std::chrono::nanoseconds>& times, double part) {
    std::ranges::sort(times);
    const auto place = static_cast<std::size_t>(part * static_cast<double>(times.size() - 1));
    return std::chrono::duration<double, std::milli>(times[place]).count();
}

async::awaitable<void> call_often(link_trial& t, std::string sql, std::vector<std::chrono::nanoseconds>& took) {
    const async::frame here;
    co_await t.connected();
    for (std::size_t i = 0; i < calls_count; ++i) {
        const auto began = t.clock.now();
        const auto outcome = co_await t.call(sql);
        took.push_back(t.clock.now() - began);
        EXPECT_TRUE(std::holds_alternative<rows>(outcome)) << reason_of(outcome);
    }
}

void measure_calls(const char* name, const link_settings& s, const std::string& sql) {
    std::vector<std::chrono::nanoseconds> took;
    link_trial trial(s);
    const auto began = trial.clock.now();
    trial.run([&](link_trial& t) { return call_often(t, sql, took); });
    const double seconds = std::chrono::duration<double>(trial.clock.now() - began).count();
    std::printf("%-40s p50 %.3f ms  p99 %.3f ms  %.0f calls a second  loop held at most %.1f ms\n", name,
                below(took, 0.5), below(took, 0.99), static_cast<double>(took.size()) / seconds,
                std::chrono::duration<double, std::milli>(trial.lag()).count());
}

void measure_connects(const char* name, const link_settings& s) {
    std::vector<std::chrono::nanoseconds> took;
    std::vector<std::chrono::nanoseconds> held;
    for (int i = 0; i < connects_count; ++i) {
        link_trial trial(s);
        trial.run([](link_trial& t) { return t.connected(); });
        took.push_back(trial.seen.connecting_took);
        held.push_back(trial.lag());
    }
    std::printf("%-40s p50 %.1f ms  longest %.1f ms  loop held for p50 %.1f ms, longest %.1f ms\n", name,
                below(took, 0.5), below(took, 1), below(held, 0.5), below(held, 1));
}

TEST(FleetLinkBenchmark, CallsAndConnects) {
    const test::postgres_bed bed;
    const pooler between(bed);
    bed.sql(
        "CREATE TABLE acts (id int PRIMARY KEY, n int); INSERT INTO acts VALUES (1, 0); GRANT ALL ON acts TO mayhem");
    const link_settings tls = settings_for(bed);
    link_settings socket = settings_for(bed, bed.folder());
    link_settings pooled = settings_for(bed, "127.0.0.1");
    pooled.hosts[0].port = between.port();
    pooled.ca.clear();
    const std::string update = "UPDATE acts SET n = n + 1 WHERE id = 1 RETURNING n";

    measure_connects("connect, TLS and SCRAM", tls);
    measure_connects("connect, Unix socket", socket);
    measure_calls("SELECT 1, TLS", tls, "SELECT 1");
    measure_calls("SELECT 1, Unix socket", socket, "SELECT 1");
    measure_calls("SELECT 1, pgbouncer", pooled, "SELECT 1");
    measure_calls("UPDATE, TLS (fsync off)", tls, update);
}

}  // namespace
}  // namespace mayhem::fleet
