// Proves that the store that keeps nothing still answers every call, and that `save` lets others run meanwhile.
#include "stores/null/null_store.hpp"

#include <array>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

async::awaitable<void> whole_life(null_store& store, std::vector<std::string>& steps) {
    const async::frame here;
    const core::message m = test::message_number(1);
    (void)co_await store.enter(m, {});
    steps.emplace_back("entered");
    co_await store.save(m, 1, nullptr);
    steps.emplace_back("saved");
    co_await store.record(m, test::recovered());
    const std::array ids{m.id};
    co_await store.nack(ids, test::at(1), "shutdown");
    const std::vector<ports::unfinished_message> left = co_await store.unfinished();
    steps.push_back(left.empty() ? "nothing unfinished" : "something unfinished");
}

async::awaitable<void> other(std::vector<std::string>& steps) {
    const async::frame here;
    steps.emplace_back("other");
    co_return;
}

TEST(NullStoreTest, AnswersEveryCallAndLetsOthersRunDuringSave) {
    async::virtual_clock clock;
    async::loop loop(clock);
    null_store store;
    std::vector<std::string> steps;
    async::task_group group(loop, "null", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });

    group.spawn("life", whole_life(store, steps));
    group.spawn("other", other(steps));
    loop.run();

    EXPECT_EQ(steps, (std::vector<std::string>{"entered", "other", "saved", "nothing unfinished"}));
}

}  // namespace
}  // namespace mayhem::stores
