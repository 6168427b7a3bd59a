// Proves that a settled operation holds its value or its exception and never both, and that a cancellation is told from
// any other error. By setting and reading it.

#include "mayhem/async/settled.hpp"

#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

#include "mayhem/async/detail/asio.hpp"

namespace mayhem::async {
namespace {

TEST(SettledTest, HoldsAValue) {
    settled<int> outcome;

    outcome.set_value(7);

    EXPECT_TRUE(outcome);
    EXPECT_EQ(*outcome, 7);
    EXPECT_EQ(outcome.error(), nullptr);
    EXPECT_EQ(std::move(outcome).get(), 7);
}

TEST(SettledTest, ThrowsItsErrorWhenAskedForTheValue) {
    settled<int> outcome;

    outcome.set_error(std::make_exception_ptr(std::runtime_error("no")));

    EXPECT_FALSE(outcome);
    EXPECT_THROW(outcome.rethrow_if_failed(), std::runtime_error);
    EXPECT_THROW((void)std::move(outcome).get(), std::runtime_error);
}

TEST(SettledTest, HoldsWhatCanOnlyBeMoved) {
    settled<std::unique_ptr<int>> outcome;

    outcome.set_value(std::make_unique<int>(3));

    EXPECT_EQ(*std::move(outcome).get(), 3);
}

TEST(SettledTest, HoldsTheSuccessOfAnOperationWithoutValue) {
    settled<void> outcome;

    outcome.set_value();

    EXPECT_TRUE(outcome.has_value());
    EXPECT_NO_THROW(std::move(outcome).get());
}

TEST(IsCancellationTest, KnowsTheErrorOfACancelledWaitFromAnyOther) {
    const auto aborted = std::make_exception_ptr(asio::system_error(asio::error::operation_aborted));
    const auto refused = std::make_exception_ptr(asio::system_error(asio::error::connection_refused));
    const auto other = std::make_exception_ptr(std::runtime_error("operation aborted"));

    EXPECT_TRUE(is_cancellation(aborted));
    EXPECT_FALSE(is_cancellation(refused));
    EXPECT_FALSE(is_cancellation(other));
    EXPECT_FALSE(is_cancellation(std::make_exception_ptr(42)));
    EXPECT_FALSE(is_cancellation(nullptr));
}

struct another {
    virtual ~another() = default;
    int number = 1;
};
struct own_error : another, asio::system_error {
    using asio::system_error::system_error;
};

TEST(IsCancellationTest, KnowsItInWhateverIsMadeOfIt) {
    EXPECT_TRUE(is_cancellation(std::make_exception_ptr(own_error(asio::error::operation_aborted))));
    EXPECT_FALSE(is_cancellation(std::make_exception_ptr(own_error(asio::error::eof))));
}

TEST(IsCancellationTest, LeavesTheExceptionAsItWas) {
    const auto error = std::make_exception_ptr(own_error(asio::error::operation_aborted, "mine"));

    EXPECT_TRUE(is_cancellation(error));

    EXPECT_EQ(text_of(error), "mine: Operation aborted.");
}

}  // namespace
}  // namespace mayhem::async
