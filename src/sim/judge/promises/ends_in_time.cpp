#include <algorithm>
#include <map>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

/// After the grace comes the last resort, which ends the process.
constexpr core::duration last_resort = std::chrono::seconds{3};

class ends_in_time_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        const auto* const a = std::get_if<asked>(&e.what);
        if (a != nullptr && a->what == wish_kind::stop && world_.is_alive(e.host)) {
            stopping_.try_emplace(e.host, stop{e.at, e.at.steady.latest + grace(e) + last_resort + effect_within});
        }
    }

    void decide(const event& e) override {
        const auto* const end = std::get_if<life_ended>(&e.what);
        const auto asked_to = end == nullptr ? stopping_.end() : stopping_.find(e.host);
        if (asked_to == stopping_.end()) {
            return;
        }
        const stop s = asked_to->second;
        stopping_.erase(asked_to);
        if (end->how != life_end::orderly) {
            return;  // who was killed owes nothing
        }
        const std::string what = e.host + ", asked to stop " + describe(s.at) + ", ended " + describe(e.at);
        if (e.at.steady.earliest > s.deadline) {
            broken(what + ", later than its grace allows", {s.at.seq, e.at.seq});
        } else if (end->status != 0 && end->status != 75) {
            if (const known_trouble* t = world_.find_trouble(e.host, std::nullopt, s.at, e.at)) {
                excused(what + " with status " + std::to_string(end->status) +
                        "; the world was in trouble: " + t->what.what);
            } else {
                broken(what + " with status " + std::to_string(end->status) + ", not with 0 or 75",
                       {s.at.seq, e.at.seq});
            }
        } else if (end->status == 0 && end->tasks != 0) {
            broken(what + " with status 0 and " + std::to_string(end->tasks) + " tasks left", {s.at.seq, e.at.seq});
        } else {
            kept();
        }
    }

    void pass(steady_time now) override {
        for (auto s = stopping_.begin(); s != stopping_.end();) {
            const bool is_late = world_.is_alive(s->first) && now > s->second.deadline;
            if (is_late) {
                broken(s->first + ", asked to stop " + describe(s->second.at) + ", still runs after its grace",
                       {s->second.at.seq});
            }
            s = is_late ? stopping_.erase(s) : std::next(s);
        }
    }

private:
    struct stop {
        when at;
        steady_time deadline;
    };

    // The longest that may be in force.
    [[nodiscard]] core::duration grace(const event& e) const {
        core::duration longest = config_in_force{}.shutdown_grace;
        (void)world_.configs(e.host).may_be(e.at, [&](const auto& c) {
            longest = std::max(longest, c->shutdown_grace);
            return false;
        });
        return longest;
    }

    std::map<std::string, stop> stopping_;
};

}  // namespace

a_promise ends_in_time(const known_world& w, findings& f) {
    return std::make_unique<ends_in_time_promise>("ends_in_time", w, f);
}

}  // namespace mayhem::sim
