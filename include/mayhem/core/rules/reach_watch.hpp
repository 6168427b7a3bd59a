#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// What became of somebody who was to go down with a target, or did (`falls_unforetold`).
struct fate {
    neighbour who{};
    std::optional<bool> has_fallen{};  ///< it was seen down, or in another life than before; nothing: nobody looked
    std::optional<duration> back{};    ///< from the act until it stood again for good; nothing: it does not stand
    std::string incarnation_after{};   ///< empty: it does not stand
    bool is_foretold = true;           ///< false: it fell, and `back` is when it was seen to stand again

    friend bool operator==(const fate&, const fate&) = default;
};

/// Follows those who were to go down with a target, by one look after another: who fell, and who stands again since
/// when. Its own parts are not followed: they come back as others. A value; pure: the time, from the act on, is an
/// argument.
class reach_watch {
public:
    reach_watch() = default;
    explicit reach_watch(const reach& foretold);

    /// There is nobody to be followed.
    [[nodiscard]] bool empty() const noexcept { return followed_ == 0; }

    /// The ids of those who are followed, in the order in which `saw` wants their lives.
    [[nodiscard]] std::vector<std::string> ids() const;

    /// At that time each of them stood in this life; empty: it did not stand.
    void saw(const std::vector<std::string>& lives, duration at);

    /// By the last look; true before the first.
    [[nodiscard]] bool do_all_stand() const noexcept;

    /// "b.service (BindsTo=a.service) fell with it and does not stand"; empty where all do.
    [[nodiscard]] std::string describe_missing() const;

    /// "2 others fell with it and stand again: b.service, c.service"; empty where nobody fell. Once all stand.
    [[nodiscard]] std::string describe_fallen() const;

    /// Of all, those who were not followed included.
    [[nodiscard]] const std::vector<fate>& fates() const noexcept { return fates_; }

private:
    std::vector<fate> fates_;  ///< those who are followed first
    std::size_t followed_ = 0;
};

}  // namespace mayhem::core
