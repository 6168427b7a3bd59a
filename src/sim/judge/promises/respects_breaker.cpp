#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class respects_breaker_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        const std::optional<std::uint64_t> open =
            world_.breaker({e.host, a->group}).certainly_set(e.at, core::duration{0});
        if (!open) {
            kept();
            return;
        }
        broken("act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " began " + describe(e.at) +
                   ", while the breaker of group " + a->group + " was open and nobody had closed it",
               {*open, e.at.seq});
    }
};

}  // namespace

a_promise respects_breaker(const known_world& w, findings& f) {
    return std::make_unique<respects_breaker_promise>("respects_breaker", w, f);
}

}  // namespace mayhem::sim
