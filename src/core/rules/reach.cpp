#include "mayhem/core/rules/reach.hpp"

#include <algorithm>
#include <functional>

#include "mayhem/core/text/first_few.hpp"

namespace mayhem::core {

namespace {

constexpr std::size_t named_max = 5;

std::string with_reason(const neighbour& n) { return n.id + " (" + n.because + ")"; }

/// Those of `r` whom `is_so` picks: "web-1.service (BindsTo=db.service), ..."; empty: nobody.
template <typename Predicate>
std::string first_few_of(const reach& r, Predicate is_so) {
    std::vector<std::string> names;
    for (const neighbour& n : r.falls) {
        if (is_so(n)) {
            names.push_back(with_reason(n));
        }
    }
    return first_few(names, named_max);
}

}  // namespace

std::size_t members_that_fall(const reach& r) noexcept {
    return static_cast<std::size_t>(std::ranges::count(r.falls, true, &neighbour::is_meant));
}

std::optional<std::string> why_out_of_reach(const reach& r, reach_policy p) {
    if (!r.host.empty()) {
        return "it may take the whole host down: " + r.host;
    }
    if (!r.unknown.empty()) {
        return "what would fall with it cannot be told: " + r.unknown;
    }
    const auto is_protected = [](const neighbour& n) { return !n.protected_as.empty(); };
    const auto found = std::ranges::find_if(r.falls, is_protected);
    if (found != r.falls.end()) {
        return with_reason(*found) + " would fall with it, and is protected: " + found->protected_as;
    }
    if (p == reach_policy::any) {
        return std::nullopt;
    }
    const std::string unmeant = first_few_of(r, [](const neighbour& n) { return !n.is_meant && !n.is_part; });
    if (unmeant.empty()) {
        return std::nullopt;
    }
    return "others would fall with it that are not of the group: " + unmeant +
           "; if that is meant, say reach = \"any\"";
}

std::string describe(const reach& r) {
    if (r.falls.empty()) {
        return "nobody falls with it";
    }
    const auto parts = static_cast<std::size_t>(std::ranges::count(r.falls, true, &neighbour::is_part));
    const std::size_t others = r.falls.size() - parts;
    std::string text = "nobody else falls with it";
    if (others > 0) {
        text = std::to_string(others) + (others == 1 ? " other falls" : " others fall") +
               " with it: " + first_few_of(r, [](const neighbour& n) { return !n.is_part; });
    }
    if (parts > 0) {
        text += others > 0 ? ", and " : " but ";
        text += std::to_string(parts) + " of its own: " + first_few_of(r, [](const neighbour& n) { return n.is_part; });
    }
    return text;
}

std::string_view to_string(reach_policy p) noexcept { return p == reach_policy::any ? "any" : "group"; }

std::optional<reach_policy> parse_reach_policy(std::string_view name) noexcept {
    if (name == "any") {
        return reach_policy::any;
    }
    return name == "group" ? std::optional(reach_policy::group) : std::nullopt;
}

}  // namespace mayhem::core
