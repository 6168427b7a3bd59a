#include <map>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class leases_hold_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        if (const auto* q = std::get_if<queue_did>(&e.what)) {
            decide_step(e, *q);
        } else if (std::holds_alternative<life_began>(e.what) || std::holds_alternative<life_ended>(e.what)) {
            in_hand_.erase(e.host);  // who held them is gone
        }
    }

private:
    void decide_step(const event& e, const queue_did& q) {
        std::map<std::string, when>& held = in_hand_[e.host];
        if (q.step == queue_step::published) {
            return;
        }
        if (q.step != queue_step::received) {
            held.erase(q.message);
            if (q.step == queue_step::acked || q.step == queue_step::dead_lettered) {
                settled_.try_emplace(q.message, e.at);
            }
            return;
        }
        if (const auto done = settled_.find(q.message); done != settled_.end()) {
            broken("message " + q.message + " was received " + describe(e.at) + ", and had been settled for good " +
                       describe(done->second),
                   {done->second.seq, e.at.seq});
            return;
        }
        const auto [known, is_free] = held.try_emplace(q.message, e.at);
        if (is_free) {
            kept();
            return;
        }
        const std::string what = "message " + q.message + " was received " + describe(e.at) + ", and " + e.host +
                                 " had it in hand already, received " + describe(known->second) +
                                 ", with a lease that nobody lost";
        if (world_.stood_still(e.host, known->second, e.at)) {
            excused(what + "; the host stood still");
        } else {
            broken(what, {known->second.seq, e.at.seq});
        }
        known->second = e.at;
    }

    std::map<std::string, std::map<std::string, when>> in_hand_;  ///< host -> message -> when it was received
    std::map<std::string, when> settled_;                         ///< acked, or dead-lettered
};

}  // namespace

a_promise leases_hold(const known_world& w, findings& f) {
    return std::make_unique<leases_hold_promise>("leases_hold", w, f);
}

}  // namespace mayhem::sim
