#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "sim/world/scene.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::sim::test {

/// In which nothing goes wrong but this, and that often.
[[nodiscard]] inline dice::personality nothing_but(fault f) {
    dice::personality p = dice::none();
    p[static_cast<std::size_t>(f)] = frequency::often;
    return p;
}

using suitable = std::function<bool(const dice::outcome&)>;

/// Says yes to each.
inline bool any_outcome(const dice::outcome& /*o*/) { return true; }

/// The first seed with which the throw of this number, from 1, comes about in a world that has its kind often, and
/// suits.
[[nodiscard]] inline std::uint64_t seed_for(fault f, std::uint64_t number, const suitable& suits) {
    for (std::uint64_t seed = 1;; ++seed) {
        dice d(core::random_source(seed), nothing_but(f));
        for (std::uint64_t i = 1; i < number; ++i) {
            (void)d.roll(f);
        }
        const dice::outcome o = d.roll(f);
        if (o && suits(o)) {
            return seed;
        }
    }
}

/// A world with nobody in it: virtual time, an empty disk, and a log that the test may read. What a test puts into it
/// is declared after it, and has come to its end when `loop.run()` returns.
class small_scene {
public:
    /// In which nothing goes wrong.
    small_scene() : small_scene(1, dice::none()) {}

    /// In which this goes wrong once: at its opportunity of this number, from 1, as `suits` wants it.
    explicit small_scene(fault f, const suitable& suits = &any_outcome, std::uint64_t number = 1)
        : small_scene(seed_for(f, number, suits), nothing_but(f)) {
        dice.allow_only({{f, number}});
    }

    small_scene(std::uint64_t seed, const dice::personality& p)
        : disk(core::random_source(seed).stream("disk")), dice(core::random_source(seed), p) {
        log.write_to(lines);
    }

    mayhem::test::virtual_loop loop;
    async::wall_jumps jumps;
    sim::disk disk;
    sim::dice dice;
    world_log log{loop.clock, "host"};
    sometimes rare;
    sim::ambush ambush{loop.loop, dice};
    std::ostringstream lines;  ///< every event
    scene parts{.clock = loop.clock,
                .loop = loop.loop,
                .jumps = jumps,
                .dice = dice,
                .log = log,
                .rare = rare,
                .disk = disk,
                .ambush = ambush};

    /// The events of one kind, of the last 200 in all.
    template <typename Payload>
    [[nodiscard]] std::vector<Payload> events() const {
        std::vector<Payload> found;
        for (const event& e : log.last()) {
            if (const auto* p = std::get_if<Payload>(&e.what)) {
                found.push_back(*p);
            }
        }
        return found;
    }

    /// Lets time pass by the millisecond until it is so, for ten seconds at most.
    void run_until(const std::function<bool()>& is_so) {
        for (int i = 0; i < 10'000 && !is_so(); ++i) {
            loop.run_for(std::chrono::milliseconds{1});
        }
        EXPECT_TRUE(is_so()) << "it did not come about";
    }
};

}  // namespace mayhem::sim::test
