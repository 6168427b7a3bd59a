#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mayhem::core {

/// Somebody who stands now and goes down with a target.
struct neighbour {
    std::string id;           ///< as its driver calls it: that of a target, if it is one
    std::string incarnation;  ///< its life before the act; empty: it has none that can be told
    std::string because;      ///< how the act gets there, for a person: "BindsTo=db.service"

    std::string protected_as{};  ///< why nobody may touch it, whatever a config says; empty: one may
    bool is_meant = false;       ///< the group selects it, too

    /// It belongs to the target, as a worker does to its master: it is no stranger where the group does not select it,
    /// and that it comes back is not asked, because another one may take its place.
    bool is_part = false;

    friend bool operator==(const neighbour&, const neighbour&) = default;
};

/// Everything that an act on a target takes down besides it: facts, as they were found. Nothing in it: it stands alone.
struct reach {
    std::vector<neighbour> falls{};  ///< each once, at most `reach_max`, in the order in which they were found
    std::string host{};              ///< why it may take the whole host down; empty: it does not
    std::string unknown{};           ///< what could not be looked up; empty: all of it was

    friend bool operator==(const reach&, const reach&) = default;
};

/// What reaches further is not looked at to its end, and so not known.
inline constexpr std::size_t reach_max = 1000;

/// Who may fall with a target of a group.
enum class reach_policy : std::uint8_t {
    group,  ///< only who is of the group as well
    any,    ///< whoever is not protected
};

/// How many of those who fall are of the group.
[[nodiscard]] std::size_t members_that_fall(const reach& r) noexcept;

/// Why a target is left alone for what falls with it, for a person; nothing if it may be hit. Pure. The host and what
/// is protected never fall, whatever the policy; what could not be looked up counts as if it did.
[[nodiscard]] std::optional<std::string> why_out_of_reach(const reach& r, reach_policy p);

/// "2 others fall with it: web-1.service (BindsTo=db.service), web-2.service (...)", "nobody falls with it".
[[nodiscard]] std::string describe(const reach& r);

/// Stable names, as in the config file: "group", "any".
[[nodiscard]] std::string_view to_string(reach_policy p) noexcept;
[[nodiscard]] std::optional<reach_policy> parse_reach_policy(std::string_view name) noexcept;

}  // namespace mayhem::core
