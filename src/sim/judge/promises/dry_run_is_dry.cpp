#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class dry_run_is_dry_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        const auto& configs = world_.configs(e.host);
        if (!configs.is_known(e.at)) {
            unknown();
        } else if (configs.must_be(e.at, [](const auto& c) { return c->dry_run; })) {
            broken("act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " began " +
                       describe(e.at) + ", and " + e.host + " was in a dry run",
                   {e.at.seq});
        } else {
            kept();
        }
    }
};

}  // namespace

a_promise dry_run_is_dry(const known_world& w, findings& f) {
    return std::make_unique<dry_run_is_dry_promise>("dry_run_is_dry", w, f);
}

}  // namespace mayhem::sim
