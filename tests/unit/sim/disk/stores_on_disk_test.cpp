// Proves that the record itself, on a simulated disk and without its thread, keeps what it acknowledged:
// `sqlite_database`, `transaction` and `ledger` live, are killed or lose their power somewhere, and live again, 200
// times on one disk. At most the transaction in whose commit the process died is there besides, whole.
#include <array>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mayhem/core/errors.hpp"
#include "stores/sqlite/facts.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/transaction.hpp"
#include "support.hpp"

namespace mayhem::sim {
namespace {

using test::files_of;
using test::host;

/// How far a message has come.
enum class stage { unknown, journalled, claimed, recorded };

struct tracked {
    core::message message;
    stage acknowledged = stage::unknown;
    stage under_way = stage::unknown;  ///< in the commit in which the process died; later than `acknowledged`, if it is
    int died_in = 0;                   ///< the life
};

/// The daemon's writes, one transaction after another, and what it was told of each.
class daemon_on_disk {
public:
    explicit daemon_on_disk(const std::string& name) : host_(name), dice_(test::dice(name).stream("daemon")) {}

    /// From the opening of the database to the death.
    void live();

    /// Checks the record against what was acknowledged, and opens it anew for that.
    void look();

    [[nodiscard]] const std::vector<tracked>& messages() const noexcept { return messages_; }
    [[nodiscard]] const sim::disk& disk() const noexcept { return host_.disk; }
    [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
    [[nodiscard]] std::uint64_t one_more() const noexcept { return one_more_; }

private:
    using work = std::function<void(stores::ledger&)>;

    [[nodiscard]] stores::sqlite_database open() {
        return stores::sqlite_database::open(test::database_path, stores::sqlite_database::default_busy_timeout,
                                             stores::sqlite_database::links::followed, host_.process().vfs_name());
    }
    bool carry_out(stores::transaction& t, const std::vector<std::size_t>& which, stage to);
    [[nodiscard]] work step(const core::message& m, stage to);
    [[nodiscard]] core::message next_message();
    void go_on(stores::transaction& t);

    host host_;
    core::random_source dice_;
    std::vector<tracked> messages_;
    std::uint64_t calls_ = 0;
    std::uint64_t one_more_ = 0;
    int life_ = 0;
};

core::message daemon_on_disk::next_message() {
    const std::size_t n = messages_.size();
    core::message m;
    m.id = core::uuid::random(dice_);
    m.group = fmt::format("group-{}", n % 7);
    m.target = {.id = fmt::format("cow-{}", n % 50), .incarnation = fmt::format("life {}", n), .name = "cow"};
    m.planned_at = core::wall_time{std::chrono::seconds{1'700'000'000 + 10 * static_cast<std::int64_t>(n)}};
    m.expires_at = m.planned_at + std::chrono::hours{1};
    return m;
}

daemon_on_disk::work daemon_on_disk::step(const core::message& m, stage to) {
    switch (to) {
        case stage::journalled: return [m](stores::ledger& l) { (void)l.enter(m, 1, 2, R"(["cow","ox"])"); };
        case stage::claimed:
            return [m](stores::ledger& l) {
                const core::limit_windows recent{.day = m.planned_at, .hour = m.planned_at};
                const ports::restarts_query q{
                    .group = m.group, .target = m.target.id, .except = m.id, .windows = recent};
                EXPECT_EQ(l.claim(m, 1, q, {}, m.planned_at), std::nullopt);
            };
        default:
            return [m](stores::ledger& l) {
                core::outcome o;
                o.verdict = core::verdict::recovered;
                o.disposition = core::disposition::acked;
                o.attempt = 1;
                o.started_at = m.planned_at;
                o.ended_at = m.planned_at + std::chrono::seconds{3};
                o.recovery = std::chrono::seconds{3};
                l.record(m, o);
            };
    }
}

/// As the database thread does it with a batch.
bool daemon_on_disk::carry_out(stores::transaction& t, const std::vector<std::size_t>& which, stage to) try {
    t.begin();
    for (const std::size_t i : which) {
        if (!t.run(step(messages_[i].message, to))) {
            t.roll_back();
            return false;
        }
    }
    for (const std::size_t i : which) {
        messages_[i].under_way = to;
        messages_[i].died_in = life_;
    }
    t.commit();
    for (const std::size_t i : which) {
        messages_[i].acknowledged = to;
    }
    return true;
} catch (const core::store_failed&) {
    t.roll_back();
    return false;
}

void daemon_on_disk::go_on(stores::transaction& t) {
    for (int i = 0; i < 20; ++i) {
        std::vector<std::size_t> batch;
        for (std::uint64_t n = dice_.below(3) + 1; n > 0; --n) {
            batch.push_back(messages_.size());
            messages_.push_back({.message = next_message()});
        }
        for (const stage to : {stage::journalled, stage::claimed, stage::recorded}) {
            const bool stays_unfinished = to == stage::recorded && i % 10 == 9;
            if (!stays_unfinished && !carry_out(t, batch, to)) {
                return;
            }
        }
    }
}

void daemon_on_disk::live() {
    ++life_;
    disk_process& p = host_.begin();
    if (dice_.below(2) == 0) {
        const std::uint64_t sync = 1 + dice_.below(60);
        p.inject(test::death_at_sync(sync, dice_.below(4)));
    } else {
        const bool in_recovery = dice_.below(2) == 0;
        p.die_at(1 + dice_.below(in_recovery ? 150 : 1'500));
    }
    try {
        stores::sqlite_database database = open();
        stores::set_fact(database, "lives", "another one");
        stores::transaction t(database);
        go_on(t);
        p.kill();  // before the connection ends in order
    } catch (const core::store_failed&) {
        EXPECT_FALSE(p.is_alive());
    }
    if (dice_.below(2) == 0) {
        host_.disk.power_cut();
    }
    calls_ += p.calls();
}

void daemon_on_disk::look() {
    host_.begin();
    stores::sqlite_database database = open();
    std::map<std::string, stage> found;
    SQLite::Statement query(database.connection(), "SELECT id, state FROM messages");
    while (query.executeStep()) {
        const std::string state = query.getColumn(1).getString();
        found[query.getColumn(0).getString()] = state == "acked"     ? stage::recorded
                                                : state == "running" ? stage::claimed
                                                                     : stage::journalled;
    }
    std::size_t there = 0;
    std::set<int> with_one_more;
    std::set<int> with_one_less;
    for (tracked& t : messages_) {
        const auto row = found.find(t.message.id.to_string());
        const stage now = row == found.end() ? stage::unknown : row->second;
        there += now == stage::unknown ? 0U : 1U;
        ASSERT_TRUE(now == t.acknowledged || now == t.under_way) << t.message.id.to_string();
        ASSERT_GE(now, t.acknowledged) << t.message.id.to_string();
        if (t.under_way > t.acknowledged) {
            (now == t.under_way ? with_one_more : with_one_less).insert(t.died_in);
        }
        t.acknowledged = now;
        t.under_way = now;
    }
    ASSERT_EQ(there, found.size()) << "nothing is on record that was never asked for";
    for (const int life : with_one_more) {
        ASSERT_FALSE(with_one_less.contains(life)) << "a transaction stands or falls as a whole";
    }
    one_more_ += with_one_more.size();
}

class StoresOnDiskTest : public testing::Test {
protected:
    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
};

TEST_F(StoresOnDiskTest, KeepsEverythingThatWasAcknowledgedOver200Lives) {
    daemon_on_disk daemon("stores");

    for (int life = 0; life < 200; ++life) {
        daemon.live();
        if (life % 4 != 3) {  // the others die again before anybody looks
            daemon.look();
        }
        ASSERT_FALSE(HasFatalFailure()) << "life " << life;
    }

    std::array<std::size_t, 4> counts{};
    for (const tracked& t : daemon.messages()) {
        ++counts[static_cast<std::size_t>(t.acknowledged)];
    }
    std::cout << fmt::format("{} calls; messages unknown {}, journalled {}, claimed {}, recorded {}; one more {}\n",
                             daemon.calls(), counts[0], counts[1], counts[2], counts[3], daemon.one_more());
    EXPECT_GT(counts[3], 1'000U);
    EXPECT_GT(daemon.one_more(), 0U);
}

TEST_F(StoresOnDiskTest, WritesTheSameBytesForTheSameSeed) {
    const auto run = [](const std::string& seed) {
        daemon_on_disk daemon(seed);
        for (int life = 0; life < 12; ++life) {
            daemon.live();
        }
        return files_of(daemon.disk());
    };

    const auto first = run("seed");
    (void)run("another");

    EXPECT_EQ(first, run("seed"));
    EXPECT_TRUE(first.contains(test::database_path));
}

TEST_F(StoresOnDiskTest, AForeignLockCostsSimulatedTimeAlone) {
    host h;
    stores::sqlite_database database = stores::sqlite_database::open(
        test::database_path, std::chrono::seconds{5}, stores::sqlite_database::links::followed, h.process().vfs_name());
    disk_process other(h.disk, h.clock.surroundings());
    SQLite::Database holder(test::database_path, SQLite::OPEN_READWRITE, 0, other.vfs_name());
    holder.exec("BEGIN IMMEDIATE");
    const core::wall_time before = h.clock.now;

    EXPECT_EQ(database.connection().tryExec("BEGIN IMMEDIATE"), SQLITE_BUSY);

    EXPECT_EQ(h.clock.now - before, std::chrono::seconds{5});
}

TEST_F(StoresOnDiskTest, ADatabaseThatWasReplacedIsNoticed) {
    host h;
    stores::sqlite_database database = stores::sqlite_database::open(
        test::database_path, std::chrono::seconds{5}, stores::sqlite_database::links::followed, h.process().vfs_name());
    EXPECT_NO_THROW(database.files().require_in_place(database.connection()));

    h.disk.put(test::database_path, *h.disk.find(test::database_path));

    EXPECT_THROW(database.files().require_in_place(database.connection()), core::store_failed);
}

/// How many messages the next life finds after a kill that follows a failed commit, and perhaps the end of its doubt.
std::int64_t found_after_a_failed_commit(bool ends_doubt) {
    host h;
    core::random_source dice = test::dice("zombie");
    core::message m;
    m.id = core::uuid::random(dice);
    m.group = "group";
    m.target = {.id = "cow", .incarnation = "1", .name = "cow"};
    const auto open = [&h] {
        return stores::sqlite_database::open(test::database_path, std::chrono::seconds{5},
                                             stores::sqlite_database::links::followed, h.process().vfs_name());
    };
    {
        stores::sqlite_database database = open();
        stores::transaction t(database);
        stores::set_fact(database, "seed", "1");  // the first write begins the log, and syncs that
        h.process().inject(test::always(disk_fault::io_error, disk_operation::sync, "-wal"));
        t.begin();
        EXPECT_TRUE(t.run([&m](stores::ledger& l) { (void)l.enter(m); }));
        EXPECT_THROW(t.commit(), core::store_failed);
        t.roll_back();
        h.process().inject({});
        std::size_t unfinished = 1;
        t.begin();
        EXPECT_TRUE(t.run([&](stores::ledger& l) { unfinished = l.unfinished().size(); }));
        t.roll_back();
        EXPECT_EQ(unfinished, 0U) << "this life does not see it";
        if (ends_doubt) {
            t.end_doubt();
        }
        h.process().kill();
    }
    h.begin();
    stores::sqlite_database next = open();
    return next.connection().execAndGet("SELECT count(*) FROM messages").getInt64();
}

TEST_F(StoresOnDiskTest, AnEntryThatCouldNotBeCommittedIsThereAfterAKillUnlessItsDoubtWasEnded) {
    EXPECT_EQ(found_after_a_failed_commit(false), 1);
    EXPECT_EQ(found_after_a_failed_commit(true), 0);
}

TEST_F(StoresOnDiskTest, WhichCallEverFailsWhoIsOpenHasTheLog) {
    std::uint64_t opened = 0;
    std::uint64_t number = 0;
    for (bool has_failed = true; has_failed;) {
        ++number;
        has_failed = false;
        host h;
        h.process().inject([&](const disk_call& c) {
            has_failed = has_failed || c.number == number;
            return c.number == number ? disk_fault::io_error : disk_fault::none;
        });
        try {
            stores::sqlite_database database =
                stores::sqlite_database::open(test::database_path, stores::sqlite_database::default_busy_timeout,
                                              stores::sqlite_database::links::followed, h.process().vfs_name());
            database.connection().exec("CREATE TABLE probe (x)");
            ++opened;
            EXPECT_TRUE(files_of(h.disk).contains(test::database_path + "-wal")) << "call " << number << " failed";
        } catch (const std::exception&) {  // it says so, and the service manager tries again
        }
    }

    EXPECT_GT(number, 100U);
    EXPECT_GT(opened, 10U) << "some failures are of no consequence";
}

}  // namespace
}  // namespace mayhem::sim
