// Proves F45: whoever logs never waits, whatever the reader of the log does; nothing is lost silently; the end is
// bounded. The log goes into pipes of the test's own; a logger that waited would make its test hang.
#include "telemetry/logging.hpp"

#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/telemetry/pipe.hpp"

namespace {

struct unformattable {};

}  // namespace

template <>
struct fmt::formatter<unformattable> {
    constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
    template <typename Context>
    auto format(const unformattable&, Context& context) const -> decltype(context.out()) {
        throw std::runtime_error("no text for this");
    }
};

namespace mayhem::telemetry {
namespace {

using namespace std::chrono_literals;

logging_options into(const test::pipe& p) { return {.format = log_format::journald, .fd = p.write_end()}; }

std::vector<std::string> log_into(test::pipe& p, const logging_options& options, void (*body)(const log&)) {
    {
        const logging owner(options);
        body(owner.get());
    }
    p.close_write_end();
    return p.read_lines();
}

TEST(LoggingTest, WritesEverythingBeforeItIsGone) {
    test::pipe p;

    const auto lines = log_into(p, into(p), [](const log& to) {
        to.info("Consumed {}", 1);
        to.error("Handling general error: {}", "{}");
        to.write_text(level::warning, "{}");
    });

    EXPECT_THAT(lines, testing::ElementsAre("<6>Consumed 1", "<3>Handling general error: {}", "<4>{}"));
}

TEST(LoggingTest, F3FormatsNothingBelowTheLevel) {
    test::pipe p;

    const auto lines = log_into(p, into(p), [](const log& to) {
        EXPECT_FALSE(to.is_enabled(level::debug));
        to.debug("{}", unformattable{});
    });

    EXPECT_THAT(lines, testing::IsEmpty());
}

TEST(LoggingTest, SurvivesAnArgumentThatCannotBeFormatted) {
    test::pipe p;

    const auto lines = log_into(p, into(p), [](const log& to) { to.info("Saved {}", unformattable{}); });

    EXPECT_THAT(lines, testing::ElementsAre("<6>Saved  [this log line could not be formatted: no text for this]"));
}

TEST(LoggingTest, ChangesItsLevelWhileItRuns) {
    test::pipe p;
    {
        logging owner(into(p));
        owner.get().debug("hidden");
        owner.set_lowest(level::debug);
        owner.get().debug("shown");
    }
    p.close_write_end();

    EXPECT_THAT(p.read_lines(), testing::ElementsAre("<7>shown"));
}

TEST(LoggingTest, F45NeverWaitsForAStuckReaderAndEndsInTime) {
    const test::pipe p;
    auto options = into(p);
    options.queue_lines_max = 64;
    options.flush_timeout = 20ms;
    const logging owner(options);

    for (int i = 0; i < 10'000; ++i) {
        owner.get().info("line {}", i);
    }

    EXPECT_GT(owner.dropped(), 1000U);
}

TEST(LoggingTest, SaysInItsLastLineHowManyLinesWereDropped) {
    constexpr std::size_t logged = 10'000;
    test::pipe p;
    auto options = into(p);
    options.queue_lines_max = 64;
    options.flush_timeout = 30s;
    std::vector<std::string> lines;
    std::thread reader;
    {
        const logging owner(options);
        for (std::size_t i = 0; i < logged; ++i) {
            owner.get().info("line {}", i);
        }
        reader = std::thread([&] { lines = p.read_lines(); });
    }
    p.close_write_end();
    reader.join();

    const std::size_t written = lines.size() - 1;
    EXPECT_LT(written, logged);
    EXPECT_EQ(lines[written - 1], "<6>line 9999") << "the oldest go, not the newest";
    EXPECT_EQ(lines.back(), "<4>" + std::to_string(logged - written) +
                                " log lines were dropped: the reader of the log is too slow or gone");
}

TEST(LoggingTest, OutlivesItsReader) {
    test::pipe p;
    const auto before = std::signal(SIGPIPE, SIG_DFL);
    {
        const logging owner(into(p));
        p.close_read_end();
        for (int i = 0; i < 100; ++i) {
            owner.get().info("line {}", i);
        }
    }
    std::signal(SIGPIPE, before);
}

TEST(LoggingTest, TakesLinesFromManyThreads) {
    constexpr int threads = 4;
    constexpr int each = 250;
    test::pipe p;
    std::vector<std::string> lines;
    std::thread reader([&] { lines = p.read_lines(); });
    logging_options patient = into(p);
    patient.flush_timeout = 30s;  // the reader is a thread of this test: it comes
    {
        const logging owner(patient);
        std::vector<std::thread> writers;
        for (int t = 0; t < threads; ++t) {
            writers.emplace_back([&owner, t] {
                for (int i = 0; i < each; ++i) {
                    owner.get().info("{}:{}", t, i);
                }
            });
        }
        for (auto& writer : writers) {
            writer.join();
        }
    }
    p.close_write_end();
    reader.join();

    EXPECT_EQ(lines.size(), threads * each);
}

}  // namespace
}  // namespace mayhem::telemetry
