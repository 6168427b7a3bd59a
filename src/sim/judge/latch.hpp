#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/judge/when.hpp"

namespace mayhem::sim {

/// Something that is set and reset on demand (a door of the halt, a breaker), as those can know it who ask: each
/// operation takes effect somewhere between its call and its answer, or, without an answer, at any time afterwards or
/// never.
///
/// - What was set, and so answered, stays set until a reset that was not certainly called before it. So a reset that
///   was asked for first does not undo it, however late it is carried out.
/// - A reset that was not answered may have taken effect, or may yet.
/// - One that was answered with an error has not, and never will: also not after a restart, unless it was said to be
///   late.
/// - A setting that was answered with an error may hold.
///
/// A value; a question costs the number of operations that it keeps: some 64, unless calls are never answered.
class latch {
public:
    enum class ending {
        none,       ///< not answered yet, or never
        done,       ///< took effect
        failed,     ///< of a reset: had no effect; of a setting: nobody knows
        late,       ///< the same as long as the life lasts; after it nobody knows
        cancelled,  ///< had no effect, and will have none
    };

    /// `call` names it to `end`. `asks_a_life`: of the daemon's life, so that its death leaves it without an answer.
    void begin(std::uint64_t call, bool sets, const when& at, bool asks_a_life = true);

    /// All calls of this number that have no end yet have ended so.
    void end(std::uint64_t call, const when& at, ending how);

    /// No call that has no end yet had an effect, or will have one.
    void cancel_all(const when& at);

    /// A life is over: what it was asked to set is set already or never will be. What it was asked to reset as well,
    /// but there nobody can tell which.
    void end_life(const when& at);

    /// It took effect at once.
    void change(bool sets, const when& at);

    /// Whether it is set at `at`, by an answer more than `since` before it, whatever is uncertain: then the sequence
    /// number of the answer.
    [[nodiscard]] std::optional<std::uint64_t> certainly_set(const when& at, core::duration since) const;

    /// Whether it may be set at `at`.
    [[nodiscard]] bool may_be_set(const when& at) const;

private:
    static constexpr std::size_t operations_kept = 64;

    struct operation {
        std::uint64_t call = 0;
        bool sets = false;
        bool asks_a_life = true;
        when called{};
        when ended{};
        ending how = ending::none;
    };

    void add(const operation& o);
    void forget_settled();
    [[nodiscard]] static bool may_undo(const operation& reset, const operation& setting, const when& at,
                                       core::duration since) noexcept;
    [[nodiscard]] bool is_undone(const operation& setting, const when& at) const noexcept;

    std::vector<operation> operations_;
};

}  // namespace mayhem::sim
