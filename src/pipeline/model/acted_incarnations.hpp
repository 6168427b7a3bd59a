#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include "mayhem/async/clock.hpp"
#include "mayhem/core/hash_bag.hpp"
#include "mayhem/core/target.hpp"
#include "pipeline/model/group.hpp"
#include "pipeline/model/own_acts.hpp"
#include "pipeline/model/unsettled_targets.hpp"

namespace mayhem::pipeline {

/// The incarnations on which somebody acts, has acted, or may have acted in a former life of the daemon, and which have
/// not been seen to be gone. An incarnation that is on its way out is still itself, so the driver cannot tell: this
/// can. Each is acted on at most once, whichever messages of whichever groups name it.
///
/// One for the daemon's life: a reload brings new groups and new drivers, and what was acted on stays so. Holds a
/// 64-bit hash of each; a clash would refuse a restart, never double one. Bounded by what may be there at all: those
/// whose message is at work, of which the consumer has `max_in_flight` at once; of those whose message is settled
/// without their having been seen to go (the target did not come back), the `leftovers_max` that were settled last,
/// because one matters only as long as it still stands and a message may name it, and a group whose targets do not come
/// back is stopped by its breaker long before so many; and one doubt for each message that a former life left. The
/// loop's thread only.
class acted_incarnations {
public:
    static constexpr std::size_t leftovers_max = 4'096;

    /// So long, or as long as its group's recovery may take, an incarnation is left alone of which nobody knows whether
    /// it was acted on: time enough for whoever takes long to end. What still stands by then is a target like any
    /// other.
    static constexpr std::chrono::hours doubted_for{1};

    /// Which incarnation; worth keeping for the whole life of a message, because it costs a few hashes. What makes two
    /// targets the same one is the driver's to say (`ports::target_scope`).
    enum class key : std::uint64_t {};
    [[nodiscard]] static key key_of(const core::target& t, const group& g) noexcept;

    /// That of its life alone, where acts that last, which its incarnation counts, may meet others in one group.
    [[nodiscard]] static key life_of(const core::target& t, const group& g);

    /// Whether somebody has the right to act on it, or on its life.
    [[nodiscard]] bool is_taken(const core::target& t, const group& g, async::clock::time_point now) const;

    /// Takes the right to act. False if it is taken already.
    [[nodiscard]] bool claim(key k, async::clock::time_point now);

    /// Whether the right is taken.
    [[nodiscard]] bool is_taken(key k, async::clock::time_point now) const noexcept;

    /// Gives the right back: the act was not carried out, or the incarnation is gone.
    void release(key k) noexcept;

    /// Its message is settled: if the right was not given back, it is from now on one of those that may be forgotten.
    void settle(key k);

    /// Somebody may have acted on it, a former life perhaps: the right counts as taken until then.
    void doubt(key k, async::clock::time_point until);

    /// Makes room of the doubts that are over by now.
    void forget_doubts(async::clock::time_point now);

    /// The targets whose new incarnations are left alone, because it is not settled what became of the act.
    [[nodiscard]] unsettled_targets& unsettled() noexcept { return unsettled_; }
    [[nodiscard]] const unsettled_targets& unsettled() const noexcept { return unsettled_; }

    /// An act is about to be made on `t`, whose key is `k`, and `falling` goes down with it; null: nobody, as far as is
    /// known.
    [[nodiscard]] own_acts::hold begin_act(key k, const core::target& t, const group& g, const core::reach* falling);
    [[nodiscard]] const own_acts& acts() const noexcept { return acts_; }
    [[nodiscard]] static std::uint64_t hash_of(key k) noexcept { return static_cast<std::uint64_t>(k); }

    /// Without the doubts.
    [[nodiscard]] std::size_t size() const noexcept { return claimed_.size(); }

private:
    [[nodiscard]] bool has(key k) const noexcept { return claimed_.count(hash_of(k)) > 0; }

    core::hash_bag claimed_;
    std::deque<key> leftovers_;  ///< in the order in which they were settled
    std::map<key, async::clock::time_point> doubts_;
    unsettled_targets unsettled_;
    own_acts acts_;
};

}  // namespace mayhem::pipeline
