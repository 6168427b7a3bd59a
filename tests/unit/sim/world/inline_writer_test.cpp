// Proves what the database's thread promises, of the task that stands for it: requests are carried out on the loop on
// virtual time, on the simulated disk, whole or not at all, and what was submitted is handed back.
#include "sim/world/inline_writer.hpp"

#include <chrono>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/core/errors.hpp"
#include "sim/world/record_rows.hpp"
#include "stores/sqlite/ledger.hpp"
#include "stores/sqlite/sqlite_writer.hpp"
#include "unit/sim/world/small_scene.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using stores::write_request;
using stores::test::message_number;
using test::small_scene;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* path = "/state/mayhem.db";

std::shared_ptr<write_request> enters(std::uint64_t n) {
    return std::make_shared<write_request>([n](stores::ledger& l) { (void)l.enter(message_number(n)); });
}

/// One process and its writer.
struct writing {
    explicit writing(small_scene& s) : world(s) {}

    small_scene& world;
    process life{world.parts, 1};
    std::vector<std::shared_ptr<write_request>> handed_back;
    std::vector<std::size_t> batches;
    std::unique_ptr<inline_writer> writer = std::make_unique<inline_writer>(
        life,
        stores::sqlite_database::open(path, stores::sqlite_database::default_busy_timeout,
                                      stores::sqlite_database::links::followed, life.disk().vfs_name()),
        [this](const stores::request_writer::batch& b) {
            batches.push_back(b.size());
            handed_back.insert(handed_back.end(), b.begin(), b.end());
        });

    /// The writer goes, and its task with it.
    void end() {
        writer.reset();
        world.loop.run();
    }

    [[nodiscard]] bool is_on_disk(std::uint64_t n) const {
        const record_rows rows(world.parts, path);
        return rows.has_message(message_number(n).id.to_string());
    }
};

TEST(InlineWriterTest, CarriesOutWhatWaitsInOneBatchAndHandsItBackInOrder) {
    small_scene s;
    writing w(s);
    const auto first = enters(1);
    const auto second = enters(2);

    EXPECT_TRUE(w.writer->submit(first));
    EXPECT_TRUE(w.writer->submit(second));
    const std::size_t at_once = w.handed_back.size();
    s.loop.run_for(1s);
    w.end();

    EXPECT_EQ(at_once, 0U);
    EXPECT_THAT(w.handed_back, ElementsAre(first, second));
    EXPECT_THAT(w.batches, ElementsAre(2U));
    EXPECT_NO_THROW(first->get());
    EXPECT_NO_THROW(second->get());
    EXPECT_TRUE(w.is_on_disk(1));
    EXPECT_TRUE(w.is_on_disk(2));
}

TEST(InlineWriterTest, WhatIsWrittenIsDurableForAWhileBeforeAnybodyKnows) {
    small_scene s;
    writing w(s);
    EXPECT_TRUE(w.writer->submit(enters(1)));

    for (int i = 0; i < 100'000 && !w.is_on_disk(1); ++i) {
        s.loop.run_for(10us);
    }
    const std::size_t known = w.handed_back.size();
    s.loop.run_for(1s);
    w.end();

    EXPECT_EQ(known, 0U);
    EXPECT_THAT(w.batches, ElementsAre(1U));
}

TEST(InlineWriterTest, OfAKilledProcessItFailsWhatWaitsAndWritesNothing) {
    small_scene s;
    writing w(s);
    const auto waiting = enters(1);
    const auto later = enters(2);
    EXPECT_TRUE(w.writer->submit(waiting));

    w.life.die();
    s.loop.run_for(1s);
    EXPECT_TRUE(w.writer->submit(later));
    s.loop.run_for(1s);
    w.end();

    EXPECT_THAT(w.handed_back, ElementsAre(waiting, later));
    EXPECT_THROW(waiting->get(), core::store_failed);
    EXPECT_THROW(later->get(), core::store_failed);
    EXPECT_FALSE(w.is_on_disk(1));
    EXPECT_FALSE(w.is_on_disk(2));
}

TEST(InlineWriterTest, FinishesWhatWasSubmittedBeforeItClosesAndTakesNoMore) {
    small_scene s;
    writing w(s);
    const auto submitted = enters(1);
    const auto closed = std::make_shared<write_request>([](stores::ledger&) {});
    EXPECT_TRUE(w.writer->submit(submitted));

    EXPECT_TRUE(w.writer->close(closed));
    EXPECT_FALSE(w.writer->submit(enters(2)));
    EXPECT_FALSE(w.writer->close(closed));
    s.loop.run();

    EXPECT_THAT(w.handed_back, ElementsAre(submitted, closed));
    EXPECT_NO_THROW(closed->get());
    EXPECT_TRUE(w.is_on_disk(1));
}

TEST(InlineWriterTest, IsBounded) {
    small_scene s;
    writing w(s);
    std::size_t taken = 0;
    while (taken <= stores::sqlite_writer::waiting_max && w.writer->submit(enters(1))) {
        ++taken;
    }
    w.life.die();  // so that it need not all be written
    w.end();

    EXPECT_EQ(taken, stores::sqlite_writer::waiting_max);
}

TEST(InlineWriterTest, AWriterThatGoesHandsNothingBackAnyMore) {
    small_scene s;
    writing w(s);
    EXPECT_TRUE(w.writer->submit(enters(1)));

    w.end();

    EXPECT_THAT(w.handed_back, IsEmpty());
    EXPECT_TRUE(w.is_on_disk(1)) << "what was submitted is carried out all the same";
}

TEST(InlineWriterTest, ASlowStoreIsATroubleOfTheWorld) {
    small_scene s(fault::slow_store, [](const dice::outcome& o) { return o.severity > 0.9; });
    writing w(s);
    EXPECT_TRUE(w.writer->submit(enters(1)));

    s.loop.run_for(2s);
    const std::size_t after_two_seconds = w.handed_back.size();
    s.loop.run_for(1min);
    w.end();

    EXPECT_EQ(after_two_seconds, 0U);
    EXPECT_EQ(w.handed_back.size(), 1U);
    ASSERT_EQ(s.events<trouble>().size(), 2U);
    EXPECT_EQ(s.events<trouble>()[0].kind, trouble_kind::store);
}

}  // namespace
}  // namespace mayhem::sim
