#include "mayhem/core/text/closest_name.hpp"

#include <algorithm>
#include <vector>

#include "mayhem/core/text/lower.hpp"

namespace mayhem::core {

namespace {

constexpr std::size_t name_size_max = 64;
constexpr std::size_t prefix_size_min = 3;

constexpr bool same(char a, char b) noexcept { return lower(a) == lower(b); }

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
    }
    return row[b.size()];
}

std::optional<std::string_view> closest_name(std::string_view name, std::span<const std::string_view> candidates) {
    if (name.size() > name_size_max) {
        return std::nullopt;
    }
    std::optional<std::string_view> closest;
    std::size_t allowed = std::max<std::size_t>(name.size() / 3, 1) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance < allowed && distance < candidate.size()) {
            closest = candidate;
            allowed = distance;
        }
    }
    if (!closest && name.size() >= prefix_size_min) {
        const auto begins = [name](std::string_view candidate) {
            return edit_distance(name, candidate.substr(0, name.size())) == 0;
        };
        const auto found = std::ranges::find_if(candidates, begins);
        closest = found == candidates.end() ? std::nullopt : std::optional(*found);
    }
    return closest;
}

}  // namespace mayhem::core
