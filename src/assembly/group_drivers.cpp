#include "assembly/group_drivers.hpp"

#include <any>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace mayhem::app {

namespace {

ports::driver& make_one(group_config g, std::any settings, const make_driver& make,
                        std::list<std::unique_ptr<ports::driver>>& kept) {
    g.driver = std::move(settings);
    kept.push_back(make(g));
    return *kept.back();
}

}  // namespace

pipeline::group_acts make_acts(const group_config& g, make_driver make,
                               std::list<std::unique_ptr<ports::driver>>& kept) {
    std::vector<pipeline::group_acts::entry> own;
    for (const act_config& a : g.acts) {
        own.push_back({.what = a.what, .weight = a.weight, .by = &make_one(g, a.driver, make, kept)});
    }
    if (own.empty()) {
        return pipeline::group_acts(make_one(g, g.driver, make, kept));
    }
    pipeline::group_acts::maker more = [g, make, &kept](const core::act& a) -> ports::driver& {
        if (!g.read_act) {
            throw std::invalid_argument("what is done to its targets cannot be chosen");
        }
        return make_one(g, g.read_act(a), make, kept);
    };
    return {std::move(own), g.by_hand, std::move(more)};
}

}  // namespace mayhem::app
