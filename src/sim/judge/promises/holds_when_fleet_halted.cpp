#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class holds_when_fleet_halted_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr || !world_.is_shared(e.host, a->group, e.at)) {
            return;
        }
        const std::optional<std::uint64_t> halted = world_.fleet().certainly_halted(a->group, e.at, permit_lasts);
        if (!halted) {
            kept();
            return;
        }
        broken("act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " of host " + e.host +
                   " began " + describe(e.at) + ", while its fleet was halted since event " + std::to_string(*halted),
               {*halted, e.at.seq});
    }
};

}  // namespace

a_promise holds_when_fleet_halted(const known_world& w, findings& f) {
    return std::make_unique<holds_when_fleet_halted_promise>("holds_when_fleet_halted", w, f);
}

}  // namespace mayhem::sim
