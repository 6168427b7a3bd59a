// The daemon is killed (SIGKILL) at random moments, again and again on one database, while it restarts real processes.
// Afterwards no message is lost or in a state that cannot be, no process was signalled twice, and the judge of the
// simulation finds no promise broken in what all witnesses wrote down; but it does, once a note is falsified.
// MAYHEM_TEST_SEED repeats the moments.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "record.hpp"
#include "witness.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

constexpr int kills = 200;
constexpr std::chrono::seconds due_within{6};  ///< a message expires after 2 s, and so does a recovery

unsigned test_seed() {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    return seed;
}

// One life, which ends by SIGKILL so long after it was begun, or after it says that it runs.
void live_and_be_killed(const std::vector<std::string>& command, bool runs_first, std::chrono::milliseconds after,
                        witness& notes) {
    const witness::moment forked = witness::now();
    program daemon(command);
    if (runs_first) {
        ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    }
    const witness::moment running = witness::now();
    std::this_thread::sleep_for(after);
    const witness::moment kill = witness::now();
    daemon.kill(SIGKILL);
    ASSERT_EQ(daemon.end(), "signal 9") << daemon.log();
    notes.began(forked, runs_first ? running : kill);
    notes.killed(kill, witness::now());
}

// The last one is left alone for so long that all comes to its end, or expires.
void live_and_end(const std::vector<std::string>& command, witness& notes) {
    const witness::moment forked = witness::now();
    program daemon(command);
    EXPECT_TRUE(daemon.says("Mayhem is running"));
    notes.began(forked, witness::now());
    notes.calm(due_within);
    std::this_thread::sleep_for(std::chrono::seconds{5});
    (void)notes.look();
    std::this_thread::sleep_for(due_within + std::chrono::seconds{2});
    notes.read();
    const witness::moment stop = witness::now();
    daemon.kill(SIGTERM);
    notes.stopped(stop, witness::now());
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    notes.ended(stop, witness::now());
}

void expect_all_kept(const std::map<std::string, std::string>& seen, const record& r) {
    for (const auto& [id, state] : seen) {
        ASSERT_TRUE(r.ids.contains(id)) << id << " (" << state << ") is lost";
        const bool was_settled = state == "acked" || state == "dead_lettered";
        EXPECT_TRUE(!was_settled || r.ids.at(id) == state) << id << " was " << state << ", is " << r.ids.at(id);
    }
}

void expect_once_each_and_on_record(const std::map<std::string, int>& signals, const record& r) {
    for (const auto& [incarnation, count] : signals) {
        EXPECT_EQ(count, 1) << incarnation << " was signalled again, " << r.messages_of(incarnation)
                            << " messages name it";
        EXPECT_TRUE(r.messages_of(incarnation) > 0) << incarnation << " was signalled without a message on record";
    }
}

void expect_no_promise_broken(const witness::verdict& v) {
    EXPECT_TRUE(v.found.is_clean());
    std::cout << v.text;
    for (const char* promise : {"acts_once", "right_target", "follows_plan", "enough_healthy", "messages_are_settled",
                                "moments_are_on_record", "record_is_true", "goes_on", "ends_in_time"}) {
        EXPECT_TRUE(v.found.tallies().contains(promise) && v.found.tallies().at(promise).decided > 0)
            << "nobody asked for it: " << promise;
    }
}

bool is_broken(const witness::verdict& v, const char* promise) {
    const auto found = v.found.tallies().find(promise);
    return found != v.found.tallies().end() && found->second.broken > 0;
}

void expect_objections_to_what_is_false(const witness& w, const test_folder& folder, const std::string& lives) {
    const std::size_t term = lives.rfind("term\t");
    const std::string second = lives.substr(term, lives.find('\n', term) + 1 - term);
    EXPECT_TRUE(is_broken(w.judged(lives + second), "acts_once"));

    SQLite::Database(folder / "read.db", SQLite::OPEN_READWRITE)
        .exec("DELETE FROM messages WHERE seq = (SELECT max(message) / 2 FROM attempts)");
    const witness::verdict v = w.judged(lives);
    EXPECT_TRUE(is_broken(v, "messages_are_settled"));
    EXPECT_TRUE(is_broken(v, "moments_are_on_record"));
}

}  // namespace

TEST(SuddenDeathTest, LosesNoMessageAndActsOnNoIncarnationTwice) {
    std::mt19937 random(test_seed());
    const auto start = std::chrono::duration_cast<std::chrono::milliseconds>(how_long_a_start_takes()).count();
    std::uniform_int_distribution<std::int64_t> milliseconds(start / 2, start + 250);
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    // Each that a life had in hand when it died is left alone for an hour, acted on or not: enough of them must be
    // left.
    const workers herd(24);
    const std::string config =
        folder.write("mayhem.toml", herd.config("20ms", "seed = 7\n[queue]\nbackoff = \"50ms\"\n"));
    const std::vector<std::string> command{mayhem, "run", "-c", config, "--store", store};
    witness notes(folder);
    std::map<std::string, std::string> seen;

    for (int i = 0; i < kills || (herd.signals().size() <= 50 && i < 3 * kills); ++i) {
        // Some run before they die, however much slower a start has become.
        live_and_be_killed(command, i % 4 == 0, std::chrono::milliseconds{milliseconds(random)}, notes);
        if (!HasFailure() && i % 20 == 19) {
            const record r = notes.look();
            expect_all_kept(seen, r);
            seen = r.ids;
        }
        ASSERT_FALSE(HasFailure());
    }
    live_and_end(command, notes);

    const record r = read_record(store);
    const std::map<std::string, int> signals = herd.signals();
    std::cout << r.ids.size() << " messages, " << signals.size() << " processes restarted\n";
    EXPECT_EQ(r.integrity, "ok");
    EXPECT_GT(signals.size(), 50U);
    for (const auto& [id, state] : r.ids) {
        EXPECT_TRUE(state == "acked" || state == "nacked" || state == "dead_lettered") << id << " is " << state;
    }
    EXPECT_EQ(r.open_attempts, 0);
    expect_all_kept(seen, r);
    expect_once_each_and_on_record(signals, r);
    expect_no_promise_broken(notes.judged(herd.notes()));
    expect_objections_to_what_is_false(notes, folder, herd.notes());
}

}  // namespace mayhem::testing
