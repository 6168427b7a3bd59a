#include "sim/judge/calm.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class never_deadlocks_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        if (const auto* d = std::get_if<deadlock>(&e.what)) {
            broken("the loop of " + e.host + " waits for ever " + describe(e.at) + ": " + d->what, {e.at.seq});
        } else if (is_over(e)) {
            kept();
        }
    }
};

}  // namespace

a_promise never_deadlocks(const known_world& w, findings& f) {
    return std::make_unique<never_deadlocks_promise>("never_deadlocks", w, f);
}

}  // namespace mayhem::sim
