#include "pipeline/model/group_acts.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "mayhem/async/assertion.hpp"
#include "mayhem/core/rules/act_draw.hpp"

namespace mayhem::pipeline {

namespace {

bool has(std::span<const group_acts::entry> own, const std::string& name) {
    return std::ranges::any_of(own, [&name](const group_acts::entry& e) { return e.what.name == name; });
}

}  // namespace

group_acts::group_acts(ports::driver& only)
    : group_acts({{.what = {.name = std::string(only.act()), .with = {}}, .weight = 1, .by = &only}}, {}, nullptr) {}

group_acts::group_acts(std::vector<entry> own, std::vector<std::string> by_hand, maker make)
    : all_(std::make_shared<known>(
          known{.own = std::move(own), .weights = {}, .by_hand = std::move(by_hand), .make = std::move(make)})) {
    MAYHEM_ASSERT(!all_->own.empty(), "a group has an action");
    std::ranges::transform(all_->own, std::back_inserter(all_->weights), &entry::weight);
    all_->is_by_hand_own =
        std::ranges::all_of(all_->by_hand, [this](const std::string& name) { return has(all_->own, name); });
}

const group_acts::entry& group_acts::draw(const core::random_source& moment) const {
    return all_->own[core::draw_act(all_->weights, moment)];
}

ports::driver* group_acts::find(const core::act& a) const {
    try {
        return &get(a);
    } catch (const std::exception&) {
        return nullptr;  // who wants to know why asks `get`
    }
}

ports::driver& group_acts::get(const core::act& a) const {
    if (a.name.empty()) {
        return *all_->own.front().by;
    }
    for (const std::vector<entry>* const list : {&all_->own, &all_->made}) {
        const auto known = std::ranges::find(*list, a, &entry::what);
        if (known != list->end()) {
            return *known->by;
        }
    }
    const bool is_by_hand = std::ranges::find(all_->by_hand, a.name) != all_->by_hand.end();
    if (!has(all_->own, a.name) && !is_by_hand) {
        throw std::invalid_argument("the group has no action \"" + a.name + '"');
    }
    if (!all_->make) {
        return *std::ranges::find_if(all_->own, [&a](const entry& e) { return e.what.name == a.name; })->by;
    }
    if (all_->made.size() == made_max) {
        throw std::runtime_error("more than " + std::to_string(made_max) +
                                 " different acts were asked for: reload the config, and ask again");
    }
    ports::driver& by = all_->make(a);
    all_->made.push_back({.what = a, .weight = 1, .by = &by});
    return by;
}

}  // namespace mayhem::pipeline
