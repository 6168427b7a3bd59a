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

    /// Takes the right to act. False if it is taken already.
    [[nodiscard]] bool claim(const core::message& m);

    /// Whether the right is taken, or there is none to take any more.
    [[nodiscard]] bool is_taken(const core::message& m) const;

    /// Gives the right back: the act was not carried out, or the incarnation is gone.
    void release(const core::message& m);

    [[nodiscard]] std::size_t size() const noexcept { return claimed_.size(); }

private:
    std::unordered_set<std::uint64_t> claimed_;
};

}  // namespace mayhem::pipeline
