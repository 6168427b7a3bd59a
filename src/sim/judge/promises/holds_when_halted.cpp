#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class holds_when_halted_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        const std::optional<std::uint64_t> halted = world_.halts(e.host).certainly_halted(e.at, effect_within);
        if (!halted) {
            kept();
            return;
        }
        broken("act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " began " + describe(e.at) +
                   ", while " + e.host + " was halted by what event " + std::to_string(*halted) +
                   " acknowledged, and nobody had lifted it",
               {*halted, e.at.seq});
    }
};

}  // namespace

a_promise holds_when_halted(const known_world& w, findings& f) {
    return std::make_unique<holds_when_halted_promise>("holds_when_halted", w, f);
}

}  // namespace mayhem::sim
