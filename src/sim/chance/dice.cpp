#include "sim/chance/dice.hpp"

#include <algorithm>
#include <charconv>

namespace mayhem::sim {

namespace {

/// In a run that has it rarely, or often.
constexpr double rare_chance = 0.002;
constexpr double frequent_chance = 0.1;

/// Of all runs: those without any fault, and those with all of them.
constexpr double faultless = 0.05;
constexpr double all_at_once = 0.05;

}  // namespace

dice::dice(core::random_source root, const personality& p, pace speed) : root_(root), speed_(speed) {
    const core::random_source faults = root_.stream("fault");
    kinds_.reserve(fault_count);
    for (std::size_t i = 0; i < fault_count; ++i) {
        kinds_.push_back({faults.stream(fault_names[i]), p[i]});
    }
}

void dice::draw_some(core::random_source& from, std::span<frequency> kinds) {
    const double which = from.uniform();
    for (frequency& f : kinds) {
        const double u = from.uniform();
        const bool is_there = which >= faultless && (which >= 1 - all_at_once || u < 0.5);
        f = !is_there ? frequency::never : (u < 0.25 || u >= 0.75 ? frequency::often : frequency::rarely);
    }
}

dice::personality dice::draw(core::random_source& from) {
    personality p{};
    draw_some(from, std::span(p).first(host_fault_count));
    return p;
}

void dice::draw_fleet(core::random_source& from, personality& p) {
    draw_some(from, std::span(p).subspan(host_fault_count));
}

bool dice::note(fault f, bool comes_about) {
    kind& k = kinds_[index(f)];
    const one name{f, ++k.throws};
    if (!comes_about || is_quiet_ || (is_restricted_ && !allowed_.contains(name))) {
        return false;
    }
    ++k.comings;
    come_about_.push_back(name);
    return true;
}

dice::outcome dice::take(fault f, double chance) {
    kind& k = kinds_[index(f)];
    const double u = k.stream.uniform();
    const double severity = k.stream.uniform();
    const double choice = k.stream.uniform();
    return {.comes_about = note(f, u < chance), .severity = severity, .choice = choice};
}

dice::outcome dice::roll_seldom(fault f, double share) {
    const frequency often = how_often(f);
    return take(f,
                often == frequency::never ? 0 : share * (often == frequency::rarely ? rare_chance : frequent_chance));
}

dice::outcome dice::roll(fault f, double chance) { return take(f, how_often(f) == frequency::never ? 0 : chance); }

dice::outcome dice::befall(fault f) { return roll(f, 1); }

std::chrono::nanoseconds dice::gap(fault f, std::chrono::nanoseconds mean) {
    kind& k = kinds_[index(f)];
    const std::chrono::nanoseconds drawn = k.stream.exponential(mean * slowness(speed_));
    if (k.how_often == frequency::never) {
        return std::chrono::nanoseconds::max();
    }
    return k.how_often == frequency::often ? drawn / 10 : drawn;
}

core::random_source& dice::stream(std::string_view name) {
    const auto found = streams_.find(name);
    return found != streams_.end() ? found->second
                                   : streams_.emplace(std::string(name), root_.stream(name)).first->second;
}

void dice::allow_only(std::set<one> these) {
    allowed_ = std::move(these);
    is_restricted_ = true;
}

std::string to_string(const dice::one& o) { return std::string(to_string(o.first)) + ":" + std::to_string(o.second); }

std::vector<dice::one> parse_throws(std::string_view list) {
    std::vector<dice::one> all;
    while (!list.empty()) {
        const std::string_view item = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), item.size() + 1));
        const std::size_t colon = item.find(':');
        const auto name = std::ranges::find(fault_names, item.substr(0, colon));
        if (colon == std::string_view::npos || name == fault_names.end()) {
            continue;
        }
        std::uint64_t number = 0;
        const std::string_view digits = item.substr(colon + 1);
        (void)std::from_chars(digits.data(), digits.data() + digits.size(), number);
        all.emplace_back(static_cast<fault>(name - fault_names.begin()), number);
    }
    return all;
}

std::chrono::nanoseconds spread(double u, std::chrono::nanoseconds from, std::chrono::nanoseconds to) {
    // By halves instead of a logarithm, whose last bit differs from library to library.
    double low = static_cast<double>(from.count());
    double high = static_cast<double>(to.count());
    std::size_t doublings = 0;
    for (double x = low; x * 2 <= high; x *= 2) {
        ++doublings;
    }
    const double step = u * static_cast<double>(doublings + 1);
    const auto whole = static_cast<std::size_t>(step);
    for (std::size_t i = 0; i < whole && low * 2 <= high; ++i) {
        low *= 2;
    }
    const double within = step - static_cast<double>(whole);
    return std::chrono::nanoseconds{static_cast<std::int64_t>(std::min(high, low + low * within))};
}

}  // namespace mayhem::sim
