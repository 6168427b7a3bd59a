// Proves how often a recovery is called slow or creeping though nothing has changed, and how often it is when it has
// become slower: over many pasts that are drawn from a seed, for times that scatter in various ways, as the looks for a
// recovery see them. docs/operations.md has the table, which MAYHEM_TEST_RUNS=200000 prints.
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mayhem/core/random.hpp"
#include "mayhem/core/rules/usual_recovery.hpp"

namespace mayhem::core {
namespace {

using draw = std::function<double(random_source&)>;  // seconds

constexpr double poll_s = 0.25;

double exponential(random_source& r) { return -std::log(1 - r.uniform()); }

double normal(random_source& r) {
    return std::sqrt(2 * exponential(r)) * std::cos(2 * 3.14159265358979 * r.uniform());  // Box and Muller 1958
}

draw log_normal(double median, double sigma) {
    return [=](random_source& r) { return median * std::exp(sigma * normal(r)); };
}

draw mixed(double share, double times) {
    return [=](random_source& r) { return (r.uniform() < share ? times : 1) * std::exp(0.2 * normal(r)); };
}

struct world {
    const char* name;
    draw time;
    double poll = poll_s;
    int slow_max;      ///< in 1000, of 8, 20, 40 or 100
    int creeping_max;  ///< likewise
};

std::vector<world> worlds() {
    return {
        {"always 2 s, give or take 1 %", log_normal(2, 0.01), poll_s, 1, 1},
        {"log-normal, sigma 0.1", log_normal(3, 0.1), poll_s, 2, 1},
        {"log-normal, sigma 0.3", log_normal(3, 0.3), poll_s, 3, 3},
        {"log-normal, sigma 0.5", log_normal(3, 0.5), poll_s, 3, 3},
        {"log-normal, sigma 1", log_normal(3, 1), poll_s, 3, 3},
        {"exponential", [](random_source& r) { return 3 * exponential(r); }, poll_s, 1, 3},
        {"1 s and an exponential of 1 s", [](random_source& r) { return 1 + exponential(r); }, poll_s, 5, 3},
        {"uniform, 1 s to 3 s", [](random_source& r) { return 1 + 2 * r.uniform(); }, poll_s, 1, 3},
        {"1 s or 3 s, as likely", [](random_source& r) { return r.uniform() < 0.5 ? 1 : 3; }, poll_s, 3, 3},
        {"one in 10 takes 5 x", mixed(0.1, 5), poll_s, 50, 3},
        {"one in 50 takes 5 x", mixed(0.02, 5), poll_s, 25, 3},
        {"Pareto, alpha 3", [](random_source& r) { return std::exp(exponential(r) / 3); }, poll_s, 15, 3},
        {"about 1 s, looked for every second", log_normal(0.9, 0.1), 1, 1, 1},
        {"about 3 s, looked for every 5 s", log_normal(3, 0.3), 5, 1, 1},
    };
}

duration in_microseconds(double seconds) { return duration{static_cast<std::int64_t>(seconds * 1e6)}; }

/// What the looks make of it.
seen_recovery seen(double seconds, double poll) {
    const double looks = std::ceil(seconds / poll);
    return {.back = in_microseconds(looks * poll), .not_before = in_microseconds(std::max(looks - 1, 0.0) * poll)};
}

struct rates {
    double slow = 0;
    double creeping = 0;
};

/// Of so many recoveries after a past of `n`, when the newest `changed` of all, the last included, take `times` as
/// long.
rates rates_of(const world& w, std::size_t n, std::size_t changed, double times, int runs) {
    random_source random = random_source(7).stream(w.name);
    rates r;
    std::vector<seen_recovery> past(n);
    for (int run = 0; run < runs; ++run) {
        const seen_recovery last = seen(w.time(random) * times, w.poll);
        for (std::size_t i = 0; i < n; ++i) {
            past[i] = seen(w.time(random) * (i + 1 < changed ? times : 1), w.poll);
        }
        const pace p = judge_recovery(last, past).pace;
        r.slow += p == pace::slow ? 1 : 0;
        r.creeping += p == pace::creeping ? 1 : 0;
    }
    return {.slow = r.slow / runs, .creeping = r.creeping / runs};
}

int runs_of(int otherwise) {
    const char* const wanted = std::getenv("MAYHEM_TEST_RUNS");
    return wanted == nullptr ? otherwise : std::atoi(wanted);
}

TEST(UsualRecoveryRatesTest, SeldomSaysSlowWhenNothingHasChanged) {
    const int runs = runs_of(1500);
    for (const world& w : worlds()) {
        std::string line = fmt::format("| {} |", w.name);
        for (const std::size_t n : {8U, 20U, 40U, 100U}) {
            const rates r = rates_of(w, n, 0, 1, runs);

            EXPECT_LE(r.slow * 1000, w.slow_max + 1.5) << w.name << ", " << n;
            EXPECT_LE(r.creeping * 1000, w.creeping_max) << w.name << ", " << n;
            line += fmt::format(" {:.1f} ({:.1f}) |", r.slow * 1000, r.creeping * 1000);
        }
        if (runs > 10'000) {
            std::cout << line << '\n';
        }
    }
}

// One that takes twice its usual shows at once where times scatter by a tenth, and where they scatter more, when five
// have.
TEST(UsualRecoveryRatesTest, SeesTwiceTheUsual) {
    const int runs = runs_of(400);
    const auto power = [runs](double sigma, std::size_t n, std::size_t changed, double times) {
        const world w{.name = "power", .time = log_normal(3, sigma), .slow_max = 0, .creeping_max = 0};
        const rates r = rates_of(w, n, changed, times, runs);
        if (runs > 10'000) {
            std::cout << fmt::format("| sigma {}, {} before, the {}th of {} x | {:.0f} % ({:.0f} %) |\n", sigma, n,
                                     changed, times, r.slow * 100, r.creeping * 100);
        }
        return r;
    };

    EXPECT_GE(power(0.1, 8, 1, 2).slow, 0.5);
    EXPECT_GE(power(0.1, 20, 1, 2).slow, 0.9);
    EXPECT_GE(power(0.1, 100, 1, 2).slow, 0.95);
    EXPECT_GE(power(0.3, 20, 1, 4).slow, 0.6);
    EXPECT_GE(power(0.3, 100, 1, 4).slow, 0.75);
    for (const std::size_t n : {20U, 40U, 100U}) {
        const rates fifth = power(0.3, n, 5, 2);
        EXPECT_GE(fifth.creeping + fifth.slow, 0.3) << n;
    }
    EXPECT_GE(power(0.3, 40, 10, 2).creeping, 0.85);
    EXPECT_GE(power(0.5, 40, 10, 2).creeping, 0.3);
}

}  // namespace
}  // namespace mayhem::core
