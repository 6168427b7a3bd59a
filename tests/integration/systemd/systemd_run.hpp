// The whole program beside a real systemd: what its tests share.
#pragma once

#include <algorithm>
#include <chrono>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "attempts.hpp"
#include "integration/systemd/systemd_units.hpp"
#include "program.hpp"

namespace mayhem::testing {

inline constexpr std::chrono::seconds patience{60};

class SystemdRunTest : public ::testing::Test {
protected:
    /// What went wrong is seen in the record.
    void TearDown() override {
        if (HasFailure()) {
            for (const attempt& a : read_attempts(store())) {
                std::cerr << a.target << ' ' << a.incarnation << ": " << a.verdict << ' ' << a.refused_by << ' '
                          << a.incarnation_after << ' ' << a.error << '\n';
            }
        }
    }

    /// A group "web" on a fast schedule, in which one look is enough unless the keys say otherwise.
    [[nodiscard]] std::string config(const std::string& keys, const std::string& mean = "100ms") const {
        const bool says_how_long = keys.find("stable_for") != std::string::npos;
        return folder_.write("mayhem.toml",
                             "dry_run = false\n[control]\nsocket = \"none\"\n[group.web]\n"
                             "driver = \"systemd\"\nrecovery_poll = \"20ms\"\nexpires_after = \"5s\"\n"
                             "mean_time_between = \"" +
                                 mean + "\"\n" + (says_how_long ? "" : "stable_for = \"0s\"\n") + keys);
    }

    [[nodiscard]] std::string store() const { return folder_ / "mayhem.db"; }

    [[nodiscard]] std::vector<std::string> run_command(const std::string& file) const {
        return {mayhem, "run", "-c", file, "--store", store()};
    }

    [[nodiscard]] std::size_t count(const std::string& verdict) const {
        const std::vector<attempt> all = read_attempts(store());
        return static_cast<std::size_t>(std::ranges::count(all, verdict, &attempt::verdict));
    }

    [[nodiscard]] bool sees(const std::string& verdict, std::size_t least) const {
        return eventually([&] { return count(verdict) >= least; }, patience);
    }

    /// Each act hit a life of its own, and what it measured is a later life of the same unit; the units know both.
    void expect_proven(const std::vector<const test_unit*>& units) const {
        std::set<std::string> hit;
        for (const attempt& a : read_attempts(store())) {
            if (a.verdict == "recovered") {
                const auto unit = std::ranges::find(units, a.target, &test_unit::name);
                ASSERT_NE(unit, units.end()) << a.target;
                const std::vector<std::string> lives = (*unit)->lives();
                const auto before = std::ranges::find(lives, a.incarnation);
                ASSERT_NE(before, lives.end()) << a.incarnation;
                EXPECT_NE(std::find(before + 1, lives.end(), a.incarnation_after), lives.end()) << a.incarnation_after;
                EXPECT_TRUE(hit.insert(a.incarnation).second) << a.incarnation << " was hit twice";
            }
        }
        EXPECT_FALSE(hit.empty());
    }

    const test_folder folder_;
};

}  // namespace mayhem::testing
