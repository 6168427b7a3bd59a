#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "mayhem/core/hash_bag.hpp"
#include "mayhem/core/message.hpp"

namespace mayhem::pipeline {

/// The incarnations on which somebody acts, has acted, or may have acted in a former life of the daemon, and which have
/// not been seen to be gone. An incarnation that is on its way out is still itself, so the driver cannot tell: this
/// can. Each is acted on at most once, whichever messages name it.
///
/// Holds a 64-bit hash of group, target and incarnation; a clash would refuse a restart, never double one. Bounded in
/// two ways. Of those whose message is settled without their having been seen to go (the target did not come back), the
/// `leftovers_max` that were settled last are remembered: one matters only as long as it still stands and a message
/// may name it, and a group whose targets do not come back is stopped by its breaker long before so many. Those whose
/// message is at work are all remembered; at `incarnations_max` something is badly wrong and nothing more is acted on.
class acted_incarnations {
public:
    static constexpr std::size_t incarnations_max = 262'144;
    static constexpr std::size_t leftovers_max = 4'096;

    /// Which incarnation; worth keeping for the whole life of a message, because it costs three hashes.
    enum class key : std::uint64_t {};
    [[nodiscard]] static key key_of(const core::message& m) noexcept;

    /// Takes the right to act. False if it is taken already.
    [[nodiscard]] bool claim(key k);

    /// Whether the right is taken, or there is none to take any more.
    [[nodiscard]] bool is_taken(key k) const noexcept;

    /// Gives the right back: the act was not carried out, or the incarnation is gone.
    void release(key k) noexcept;

    /// Its message is settled: if the right was not given back, it is from now on one of those that may be forgotten.
    void settle(key k);

    [[nodiscard]] std::size_t size() const noexcept { return claimed_.size(); }

private:
    static std::uint64_t hash_of(key k) noexcept { return static_cast<std::uint64_t>(k); }
    [[nodiscard]] bool has(key k) const noexcept { return claimed_.count(hash_of(k)) > 0; }

    core::hash_bag claimed_;
    std::deque<key> leftovers_;  ///< in the order in which they were settled; some may have been released since
};

}  // namespace mayhem::pipeline
