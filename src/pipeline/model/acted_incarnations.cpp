#include "pipeline/model/acted_incarnations.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/core/text/text_hash.hpp"

namespace mayhem::pipeline {

acted_incarnations::key acted_incarnations::key_of(const core::target& t, const group& g) noexcept {
    std::uint64_t scope = 0;
    switch (g.driver.scope()) {
        case ports::target_scope::incarnation: break;
        case ports::target_scope::kind: scope = core::text_hash(t.id, core::text_hash(g.driver.kind())); break;
        case ports::target_scope::group: scope = core::text_hash(t.id, core::text_hash(g.settings.name)); break;
    }
    return key{core::text_hash(t.incarnation, scope)};
}

acted_incarnations::key acted_incarnations::life_of(const core::target& t, const group& g) {
    return g.acts.is_mixed()
               ? key_of({.id = t.id, .incarnation = std::string(core::life_in(t.incarnation)), .name = {}}, g)
               : key_of(t, g);
}

bool acted_incarnations::is_taken(const core::target& t, const group& g, async::clock::time_point now) const {
    return is_taken(key_of(t, g), now) || (g.acts.is_mixed() && is_taken(life_of(t, g), now));
}

bool acted_incarnations::claim(key k, async::clock::time_point now) {
    if (is_taken(k, now)) {
        return false;
    }
    (void)claimed_.add(hash_of(k));
    return true;
}

bool acted_incarnations::is_taken(key k, async::clock::time_point now) const noexcept {
    if (has(k)) {
        return true;
    }
    if (doubts_.empty()) {
        return false;
    }
    const auto doubted = doubts_.find(k);
    return doubted != doubts_.end() && now < doubted->second;
}

void acted_incarnations::release(key k) noexcept { (void)claimed_.remove(hash_of(k)); }

void acted_incarnations::settle(key k) {
    if (!has(k)) {
        return;
    }
    leftovers_.push_back(k);
    if (leftovers_.size() > leftovers_max) {
        release(leftovers_.front());
        leftovers_.pop_front();
    }
}

void acted_incarnations::doubt(key k, async::clock::time_point until) {
    async::clock::time_point& known = doubts_[k];
    known = std::max(known, until);
}

own_acts::hold acted_incarnations::begin_act(key k, const core::target& t, const group& g, const core::reach* falling) {
    own_acts::lives touched{.first = hash_of(g.acts.is_mixed() ? life_of(t, g) : k)};
    if (falling != nullptr) {
        for (const core::neighbour& n : falling->falls) {
            touched.others.push_back(hash_of(life_of({.id = n.id, .incarnation = n.incarnation, .name = {}}, g)));
        }
    }
    return acts_.begin(std::move(touched));
}

void acted_incarnations::forget_doubts(async::clock::time_point now) {
    std::erase_if(doubts_, [now](const auto& doubt) { return doubt.second <= now; });
}

}  // namespace mayhem::pipeline
