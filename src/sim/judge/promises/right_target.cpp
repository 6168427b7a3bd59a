#include <algorithm>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class right_target_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        if (const auto* a = std::get_if<act>(&e.what)) {
            decide_message(e, *a);
        } else if (const auto* h = std::get_if<hit>(&e.what)) {
            decide_hit(e, *h);
        }
    }

private:
    void decide_message(const event& e, const act& a) {
        const auto is_before = [&e](const known_message* m) { return is_possibly_before(m->at, e.at); };
        const std::string whom = who(a.target, a.incarnation);
        if (!a.message) {
            if (std::ranges::any_of(world_.messages_for(a.target, a.incarnation), is_before)) {
                kept();
            } else {
                broken("act " + std::to_string(a.id) + " on " + whom + " began " + describe(e.at) +
                           ", and no message that names it was durable by then",
                       {e.at.seq});
            }
            return;
        }
        const known_message* const m = world_.find_message(*a.message);
        if (m == nullptr || !is_before(m)) {
            broken("act " + std::to_string(a.id) + " on " + whom + " began " + describe(e.at) + " for message " +
                       *a.message + ", which was " + (m == nullptr ? "never durable" : "durable " + describe(m->at)),
                   m == nullptr ? std::vector{e.at.seq} : std::vector{e.at.seq, m->at.seq});
        } else if (m->what.target != a.target || m->what.incarnation != a.incarnation) {
            broken("act " + std::to_string(a.id) + " was meant for " + whom + ", but its message " + *a.message +
                       " names " + who(m->what.target, m->what.incarnation),
                   {m->at.seq, e.at.seq});
        } else {
            kept();
        }
    }

    void decide_hit(const event& e, const hit& h) {
        const known_act* const a = world_.find_act(h.act);
        const std::string what =
            "act " + std::to_string(h.act) + " hit " + who(h.target, h.incarnation) + " " + describe(e.at);
        if (a != nullptr && (a->what.target != h.target || a->what.incarnation != h.incarnation)) {
            broken(what + ", and was meant for " + who(a->what.target, a->what.incarnation), {a->at.seq, e.at.seq});
        } else if (!world_.targets().is_known(h.target)) {
            unknown();
        } else if (!world_.targets().may_live(h.target, h.incarnation, e.at)) {
            broken(what + ", which did not live then; there lived: " + world_.targets().living(h.target, e.at),
                   {e.at.seq});
        } else {
            kept();
        }
    }
};

}  // namespace

a_promise right_target(const known_world& w, findings& f) {
    return std::make_unique<right_target_promise>("right_target", w, f);
}

}  // namespace mayhem::sim
