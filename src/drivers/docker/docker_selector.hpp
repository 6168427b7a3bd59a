#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/contract/name_patterns.hpp"
#include "drivers/docker/docker_container.hpp"

namespace mayhem::drivers {

/// The label that says that a container may be hit. Whoever runs the container sets it.
inline constexpr std::string_view opt_in_label = "mayhem.enabled=true";

/// Which containers a group consists of: those that meet all that is given. Pure.
struct docker_selector {
    std::vector<std::string> labels = {};             ///< "key" or "key=value", each; behind a "!", none of these
    name_patterns names = {};                         ///< one of them, and none that is excluded
    std::optional<std::string> image = std::nullopt;  ///< likewise; see `matches_image`
    bool demands_opt_in = true;                       ///< `opt_in_label` as well

    [[nodiscard]] bool matches(const container& c) const;

    /// Whether the container can match, going by what the list of containers says.
    [[nodiscard]] bool may_match(const container_summary& c) const;

    /// Certainly no container can match, because what is wanted is excluded.
    [[nodiscard]] bool excludes_everything() const;

    /// Of these, how many meet each condition by itself: "label app=shop: 0", "image nginx: 2".
    [[nodiscard]] std::vector<std::string> count_matches(const std::vector<container>& all) const;

    /// "label app=shop, image nginx, label mayhem.enabled=true", for errors.
    [[nodiscard]] std::string describe() const;
};

/// Whether the pattern is the image's name with or without its tag or digest, and with or without the prefix that an
/// engine adds to a short name ("docker.io/library/", "docker.io/", "localhost/").
bool matches_image(const std::string& pattern, std::string_view image);

}  // namespace mayhem::drivers
