#include <algorithm>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class acts_by_claim_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        if (const auto* a = std::get_if<act>(&e.what)) {
            decide_act(e, *a);
        } else if (const auto* f = std::get_if<fleet_did>(&e.what); f != nullptr && f->step == fleet_step::claimed) {
            decide_claim(e, *f);
        }
    }

private:
    void decide_act(const event& e, const act& a) {
        if (!world_.is_shared(e.host, a.group, e.at)) {
            return;
        }
        const std::string what =
            "act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + " began " + describe(e.at);
        if (!a.message) {
            unknown();
            return;
        }
        const std::vector<fleet_ledger::entry> claims = world_.fleet().claims_of(*a.message);
        const auto is_own = [&](const fleet_ledger::entry& c) {
            return c.host == e.host && is_possibly_before(c.at, e.at);
        };
        const auto stands = [&](const fleet_ledger::entry& c) {
            return is_own(c) && !is_certainly_before(c.at, e.at, permit_lasts);
        };
        if (std::ranges::any_of(claims, stands)) {
            kept();
        } else if (std::ranges::any_of(claims, is_own)) {
            broken(what + ", though its leave of " + describe(claims.back().at) + " was over",
                   {claims.back().at.seq, e.at.seq});
        } else {
            broken(what + ", and no claim of " + e.host + " for message " + *a.message + " was on record by then",
                   {e.at.seq});
        }
    }

    void decide_claim(const event& e, const fleet_did& f) {
        const std::string message = f.message.value_or("");
        const std::vector<fleet_ledger::entry> grants = world_.fleet().grants_of(message);
        const auto is_own = [&](const fleet_ledger::entry& g) {
            return g.host == f.by && is_possibly_before(g.at, e.at);
        };
        const std::string what = "host " + f.by.value_or("") + " claimed message " + message + " " + describe(e.at);
        if (std::ranges::none_of(grants, is_own)) {
            broken(what + ", which nobody had granted it", {e.at.seq});
            return;
        }
        for (const fleet_ledger::entry& other : world_.fleet().claims_of(message)) {
            const std::optional<when>& lost = world_.fleet().lost_at();
            const bool is_forgotten = lost && is_possibly_before(other.at, *lost);
            if (is_certainly_before(other.at, e.at) && !is_forgotten) {
                broken(what + ", which host " + other.host + " had claimed " + describe(other.at),
                       {other.at.seq, e.at.seq});
                return;
            }
        }
        kept();
    }
};

}  // namespace

a_promise acts_by_claim(const known_world& w, findings& f) {
    return std::make_unique<acts_by_claim_promise>("acts_by_claim", w, f);
}

}  // namespace mayhem::sim
