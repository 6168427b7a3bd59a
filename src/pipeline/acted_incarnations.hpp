#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>

#include "mayhem/core/message.hpp"

namespace mayhem::pipeline {

/// The incarnations on which somebody acts, has acted, or may have acted in a former life of the daemon, and which have
/// not been seen to be gone. An incarnation that is on its way out is still itself, so the driver cannot tell: this
/// can. Each is acted on at most once, whichever messages name it.
///
/// Holds a 64-bit hash of group, target and incarnation; a clash would refuse a restart, never double one. Bounded:
/// when `incarnations_max` have not been seen to go, something is badly wrong and nothing more is acted on.
class acted_incarnations {
public:
    static constexpr std::size_t incarnations_max = 262'144;

    /// Which incarnation; worth keeping for the whole life of a message, because it costs three hashes.
    enum class key : std::uint64_t {};
    [[nodiscard]] static key key_of(const core::message& m) noexcept;

    /// Takes the right to act. False if it is taken already.
    [[nodiscard]] bool claim(key k);

    /// Whether the right is taken, or there is none to take any more.
    [[nodiscard]] bool is_taken(key k) const;

    /// Gives the right back: the act was not carried out, or the incarnation is gone.
    void release(key k);

    [[nodiscard]] std::size_t size() const noexcept { return claimed_.size(); }

private:
    std::unordered_set<key> claimed_;
};

}  // namespace mayhem::pipeline
