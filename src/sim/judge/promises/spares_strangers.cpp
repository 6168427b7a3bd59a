#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class spares_strangers_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        for (const std::string& other : a->reach) {
            if (!world_.targets().is_in(other, a->group) && world_.was_bound_to_fall(*a, other, e.at)) {
                decide_stranger(e, *a, other);
            }
        }
    }

private:
    void decide_stranger(const event& e, const act& a, const std::string& other) {
        const auto& configs = world_.configs(e.host);
        const auto forbids = [&](const auto& c) {
            const group_in_force* const g = c->find(a.group);
            return g != nullptr && !g->may_take_strangers;
        };
        if (!configs.is_known(e.at)) {
            unknown();
        } else if (!configs.must_be(e.at, forbids)) {
            kept();
        } else {
            broken("act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + " takes down " + other +
                       " " + describe(e.at) + ", which is not of group " + a.group,
                   {e.at.seq});
        }
    }
};

}  // namespace

a_promise spares_strangers(const known_world& w, findings& f) {
    return std::make_unique<spares_strangers_promise>("spares_strangers", w, f);
}

}  // namespace mayhem::sim
