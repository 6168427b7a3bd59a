#include "mayhem/core/rules/reach_watch.hpp"

#include <algorithm>
#include <iterator>

#include "mayhem/core/text/first_few.hpp"

namespace mayhem::core {

namespace {

constexpr std::size_t fates_named_max = 5;

}  // namespace

reach_watch::reach_watch(const reach& foretold) {
    const auto add = [&](bool parts) {
        for (const neighbour& n : foretold.falls) {
            if (n.is_part == parts) {
                fates_.push_back({.who = n, .back = duration{}, .incarnation_after = n.incarnation});
            }
        }
    };
    add(false);
    followed_ = fates_.size();
    add(true);
}

std::vector<std::string> reach_watch::ids() const {
    std::vector<std::string> all;
    std::transform(fates_.begin(), fates_.begin() + static_cast<std::ptrdiff_t>(followed_), std::back_inserter(all),
                   [](const fate& f) { return f.who.id; });
    return all;
}

void reach_watch::saw(const std::vector<std::string>& lives, duration at) {
    for (std::size_t i = 0; i < followed_ && i < lives.size(); ++i) {
        fate& f = fates_[i];
        const bool is_another = lives[i] != f.incarnation_after;
        f.has_fallen = f.has_fallen.value_or(false) || lives[i] != f.who.incarnation;
        f.incarnation_after = lives[i];
        if (lives[i].empty()) {
            f.back.reset();
        } else if (!f.back || is_another) {
            f.back = at;
        }
    }
}

bool reach_watch::do_all_stand() const noexcept {
    return std::ranges::all_of(fates_, [](const fate& f) { return f.back.has_value(); });
}

std::string reach_watch::describe_missing() const {
    std::vector<std::string> missing;
    for (const fate& f : fates_) {
        if (!f.back) {
            missing.push_back(f.who.id + " (" + f.who.because + ')');
        }
    }
    if (missing.empty()) {
        return {};
    }
    return first_few(missing, fates_named_max) +
           (missing.size() == 1 ? " fell with it and does not stand" : " fell with it and do not stand");
}

std::string reach_watch::describe_fallen() const {
    std::vector<std::string> fallen;
    for (const fate& f : fates_) {
        if (f.has_fallen.value_or(false)) {
            fallen.push_back(f.who.id);
        }
    }
    if (fallen.empty()) {
        return {};
    }
    return std::to_string(fallen.size()) +
           (fallen.size() == 1 ? " other fell with it and stands again: " : " others fell with it and stand again: ") +
           first_few(fallen, fates_named_max);
}

}  // namespace mayhem::core
