#include <algorithm>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class spares_protected_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        if (const auto* a = std::get_if<act>(&e.what)) {
            decide_target(e, a->id, a->target, "is aimed at");
            for (const std::string& other : a->reach) {
                if (world_.was_bound_to_fall(*a, other, e.at)) {
                    decide_target(e, a->id, other, "takes down");
                }
            }
        } else if (const auto* h = std::get_if<hit>(&e.what)) {
            decide_target(e, h->act, h->target, "hit");
        }
    }

private:
    void decide_target(const event& e, std::uint64_t id, const std::string& target, const char* how) {
        const auto& configs = world_.configs(e.host);
        const auto names_it = [&](const auto& c) { return std::ranges::count(c->protected_targets, target) > 0; };
        const bool is_listed = configs.is_known(e.at) && configs.must_be(e.at, names_it);
        if (!is_listed && !world_.targets().is_protected(target)) {
            kept();
            return;
        }
        broken("act " + std::to_string(id) + " " + how + " " + target + " " + describe(e.at) + ", which is protected" +
                   (is_listed ? " by the config" : ""),
               {e.at.seq});
    }
};

}  // namespace

a_promise spares_protected(const known_world& w, findings& f) {
    return std::make_unique<spares_protected_promise>("spares_protected", w, f);
}

}  // namespace mayhem::sim
