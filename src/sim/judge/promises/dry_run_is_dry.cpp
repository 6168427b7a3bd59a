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
        } else if (configs.must_be(e.at, [a](const auto& c) { return is_dry(*c, a->group); })) {
            broken("act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " began " +
                       describe(e.at) + ", and group " + a->group + " of " + e.host + " was in a dry run",
                   {e.at.seq});
        } else {
            kept();
        }
    }

private:
    static bool is_dry(const config_in_force& c, const std::string& group) {
        const group_in_force* const g = c.find(group);
        return c.dry_run || (g != nullptr && g->dry_run);
    }
};

}  // namespace

a_promise dry_run_is_dry(const known_world& w, findings& f) {
    return std::make_unique<dry_run_is_dry_promise>("dry_run_is_dry", w, f);
}

}  // namespace mayhem::sim
