// The daemon is killed (SIGKILL) at random moments, again and again on one database, while it restarts real processes.
// Afterwards no message is lost or in a state that cannot be, and no process was signalled twice. MAYHEM_TEST_SEED
// repeats the moments.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

constexpr int kills = 200;

unsigned test_seed() {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    return seed;
}

void expect_once_each_and_on_record(const std::map<std::string, int>& signals, const record& r) {
    for (const auto& [incarnation, count] : signals) {
        EXPECT_EQ(count, 1) << incarnation << " was signalled again, " << r.messages_of(incarnation)
                            << " messages name it";
        EXPECT_TRUE(r.messages_of(incarnation) > 0) << incarnation << " was signalled without a message on record";
    }
}

}  // namespace

TEST(SuddenDeathTest, LosesNoMessageAndActsOnNoIncarnationTwice) {
    std::mt19937 random(test_seed());
    const auto start = std::chrono::duration_cast<std::chrono::milliseconds>(how_long_a_start_takes()).count();
    std::uniform_int_distribution<std::int64_t> milliseconds(start / 2, start + 250);
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const workers herd(8);
    const std::string config = folder.write("mayhem.toml", herd.config("20ms", "[queue]\nbackoff = \"50ms\"\n"));
    const std::vector<std::string> command{mayhem, "run", "-c", config, "--store", store};
    std::map<std::string, std::string> seen;

    for (int i = 0; i < kills || (herd.signals().size() <= 50 && i < 3 * kills); ++i) {
        program daemon(command);
        if (i % 4 == 0) {  // some live, however much slower a start has become
            ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds(random)});
        daemon.kill(SIGKILL);
        ASSERT_EQ(daemon.end(), "signal 9") << daemon.log();
        if (i % 20 == 19) {
            const record r = read_record(store);
            for (const auto& [id, state] : seen) {
                ASSERT_TRUE(r.ids.contains(id)) << id << " (" << state << ") is lost";
                const bool was_settled = state == "acked" || state == "dead_lettered";
                ASSERT_TRUE(!was_settled || r.ids.at(id) == state) << id << " was " << state << ", is " << r.ids.at(id);
            }
            seen = r.ids;
        }
    }
    program last(command);
    EXPECT_TRUE(last.says("Mayhem is running"));
    std::this_thread::sleep_for(std::chrono::seconds{4});  // what is unfinished comes to its end, or expires
    last.kill(SIGTERM);

    EXPECT_EQ(last.end(), "exit 0") << last.log();
    const record r = read_record(store);
    const std::map<std::string, int> signals = herd.signals();
    std::cout << r.ids.size() << " messages, " << signals.size() << " processes restarted\n";
    EXPECT_EQ(r.integrity, "ok");
    EXPECT_GT(signals.size(), 50U);
    for (const auto& [id, state] : r.ids) {
        EXPECT_TRUE(state == "acked" || state == "nacked" || state == "dead_lettered") << id << " is " << state;
    }
    EXPECT_EQ(r.open_attempts, 0);
    for (const auto& [id, state] : seen) {
        EXPECT_TRUE(r.ids.contains(id)) << id << " is lost";
    }
    expect_once_each_and_on_record(signals, r);
}

}  // namespace mayhem::testing
