#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mayhem/core/random.hpp"
#include "sim/chance/fault.hpp"
#include "sim/chance/pace.hpp"

namespace mayhem::sim {

/// How often a kind of fault is in a run.
enum class frequency : std::uint8_t { never, rarely, often };

/// The chance in a run's world. Each kind of fault has a stream of its own, from which every throw takes as many
/// numbers, whether the fault comes about or not: so switching a kind off changes no other's numbers.
class dice {
public:
    /// What kinds there are is drawn, or given.
    using personality = std::array<frequency, fault_count>;
    dice(core::random_source root, const personality& p, pace speed = pace::hectic);

    [[nodiscard]] static personality draw(core::random_source& from);

    /// Of what a fleet has besides.
    static void draw_fleet(core::random_source& from, personality& p);
    [[nodiscard]] static personality none() noexcept { return {}; }

    struct outcome {
        bool comes_about = false;
        double severity = 0;  ///< in [0, 1)
        double choice = 0;    ///< in [0, 1), for what kind of it

        explicit operator bool() const noexcept { return comes_about; }
    };

    /// Whether it comes about now.
    [[nodiscard]] outcome roll(fault f) { return roll_seldom(f, 1); }

    /// The same for what is called far more often than most: so much of the chance.
    [[nodiscard]] outcome roll_seldom(fault f, double share);

    /// The same with this chance, in a run that has it at all.
    [[nodiscard]] outcome roll(fault f, double chance);

    /// The same at the end of its gap, which has said that it does, unless it is quiet or not allowed.
    [[nodiscard]] outcome befall(fault f);

    /// The gap until it does next, for what does not belong to a call; in a hectic run `mean` where it is rare, a tenth
    /// of it where not. For ever where it is never.
    [[nodiscard]] std::chrono::nanoseconds gap(fault f, std::chrono::nanoseconds mean);

    [[nodiscard]] pace speed() const noexcept { return speed_; }
    [[nodiscard]] frequency how_often(fault f) const noexcept { return kinds_[index(f)].how_often; }

    /// From now on nothing goes wrong; the throws go on.
    void be_quiet() noexcept { is_quiet_ = true; }
    [[nodiscard]] bool is_quiet() const noexcept { return is_quiet_; }

    /// A stream for what always happens, such as how long something takes.
    [[nodiscard]] core::random_source& stream(std::string_view name);

    /// Only these throws may come about: what a failure is reduced to. Each is a kind and its number among the throws
    /// of that kind, from 1.
    using one = std::pair<fault, std::uint64_t>;
    void allow_only(std::set<one> these);

    /// Those that came about so far.
    [[nodiscard]] const std::vector<one>& come_about() const noexcept { return come_about_; }
    [[nodiscard]] std::uint64_t count(fault f) const noexcept { return kinds_[index(f)].comings; }

private:
    struct kind {
        core::random_source stream;
        frequency how_often;
        std::uint64_t throws = 0;
        std::uint64_t comings = 0;
    };
    static std::size_t index(fault f) noexcept { return static_cast<std::size_t>(f); }
    static void draw_some(core::random_source& from, std::span<frequency> kinds);
    [[nodiscard]] outcome take(fault f, double chance);
    [[nodiscard]] bool note(fault f, bool comes_about);

    core::random_source root_;
    const pace speed_;
    std::vector<kind> kinds_;
    std::map<std::string, core::random_source, std::less<>> streams_;
    std::vector<one> come_about_;
    std::set<one> allowed_;
    bool is_restricted_ = false;
    bool is_quiet_ = false;
};

/// "kill:3": how a throw is named on a command line. Nothing for what names none.
[[nodiscard]] std::string to_string(const dice::one& o);
[[nodiscard]] std::vector<dice::one> parse_throws(std::string_view list);

/// A duration between the two, drawn so that each order of magnitude is as likely.
[[nodiscard]] std::chrono::nanoseconds spread(double u, std::chrono::nanoseconds from, std::chrono::nanoseconds to);

}  // namespace mayhem::sim
