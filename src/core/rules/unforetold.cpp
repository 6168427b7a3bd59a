#include "mayhem/core/rules/unforetold.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/text/first_few.hpp"

namespace mayhem::core {

namespace {

constexpr std::size_t unforetold_named_max = 5;

using life = std::pair<std::string_view, std::string_view>;

life life_of(const target& t) { return {t.id, t.incarnation}; }

}  // namespace

std::vector<fate> falls_unforetold(const std::vector<target>& stood, const std::vector<target>& stand, duration at,
                                   const std::function<bool(const target&)>& is_ours) {
    std::set<life> goes_on;
    std::ranges::transform(stand, std::inserter(goes_on, goes_on.end()), life_of);
    std::set<life> stood_before;
    std::ranges::transform(stood, std::inserter(stood_before, stood_before.end()), life_of);
    std::vector<fate> fallen;
    for (const target& t : stood) {
        if (goes_on.contains(life_of(t)) || is_ours(t) || fallen.size() == reach_max) {
            continue;
        }
        fate f{.who = {.id = t.id, .incarnation = t.incarnation, .because = {}, .is_meant = true},
               .has_fallen = true,
               .is_foretold = false};
        const auto next = std::ranges::find_if(
            stand, [&](const target& s) { return s.id == t.id && !stood_before.contains(life_of(s)); });
        if (next != stand.end()) {
            f.back = at;
            f.incarnation_after = next->incarnation;
        }
        fallen.push_back(std::move(f));
    }
    return fallen;
}

std::string describe_unforetold(const std::vector<fate>& fates) {
    std::vector<std::string> names;
    std::size_t down = 0;
    for (const fate& f : fates) {
        if (!f.is_foretold) {
            names.push_back(f.who.id);
            down += f.back ? 0 : 1;
        }
    }
    if (names.empty()) {
        return {};
    }
    std::string text =
        first_few(names, unforetold_named_max) + " fell in the same time, which nobody had foretold, and ";
    if (down > 0 && names.size() > 1) {
        return text + std::to_string(down) + " of " + std::to_string(names.size()) +
               (down == 1 ? " does not stand" : " do not stand");
    }
    return text + (down > 0 ? "does not stand" : names.size() == 1 ? "stands again" : "stand again");
}

}  // namespace mayhem::core
