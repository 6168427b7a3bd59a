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
            stopping_.push_back({e.host, e.at, e.at.steady.latest + grace(e) + last_resort + effect_within});
        } else if (const auto* const c = std::get_if<config_read>(&e.what)) {
            read_[e.host] = c->shutdown_grace;
        } else if (std::holds_alternative<config_in_force>(e.what)) {
            read_.erase(e.host);
        } else if (std::holds_alternative<life_ended>(e.what)) {
            read_.erase(e.host);
            for (stop& s : stopping_) {
                if (s.host == e.host && s.ended_by == 0) {
                    s.ended_by = e.at.seq;
                }
            }
        }
    }

    void decide(const event& e) override {
        const auto* const end = std::get_if<life_ended>(&e.what);
        if (end == nullptr) {
            return;
        }
        const auto is_of_it = [&e](const stop& s) { return s.ended_by == e.at.seq; };
        const auto first = std::ranges::find_if(stopping_, is_of_it);
        const bool is_forced = std::ranges::count_if(stopping_, is_of_it) > 1;
        if (first != stopping_.end() && end->how == life_end::orderly) {  // who was killed owes nothing
            judge(e, *end, *first, is_forced);
        }
        std::erase_if(stopping_, is_of_it);
    }

    void pass(steady_time now) override {
        for (stop& s : stopping_) {
            if (s.ended_by == 0 && now > s.deadline && stood_still(s, at(now))) {
                excused(s.host + ", asked to stop " + describe(s.at) + ", runs on; the host stood still");
                s.deadline = now + stands_still_for;
            }
        }
        std::erase_if(stopping_, [&](const stop& s) {
            const bool is_late = s.ended_by == 0 && now > s.deadline;
            if (is_late) {
                broken(s.host + ", asked to stop " + describe(s.at) + ", still runs after its grace", {s.at.seq});
            }
            return is_late;
        });
    }

private:
    struct stop {
        std::string host;
        when at;
        steady_time deadline;
        std::uint64_t ended_by = 0;  ///< the event
    };

    [[nodiscard]] static when at(steady_time now) {
        return {.seq = ~std::uint64_t{0}, .steady = {now, now}, .wall = {}};
    }

    [[nodiscard]] bool stood_still(const stop& s, const when& now) const {
        return world_.stood_still(s.host, s.at, now);
    }

    // Who was asked twice ends at once, as by the signal.
    void judge(const event& e, const life_ended& end, const stop& s, bool is_forced) {
        const std::string what = e.host + ", asked to stop " + describe(s.at) + ", ended " + describe(e.at);
        if (e.at.steady.earliest > s.deadline && stood_still(s, e.at)) {
            excused(what + ", later than its grace allows; the host stood still");
        } else if (e.at.steady.earliest > s.deadline) {
            broken(what + ", later than its grace allows", {s.at.seq, e.at.seq});
        } else if (end.status != 0 && end.status != 75 && !(is_forced && end.status > 128)) {
            if (const known_trouble* t = world_.find_trouble(e.host, std::nullopt, s.at, e.at)) {
                excused(what + " with status " + std::to_string(end.status) +
                        "; the world was in trouble: " + t->what.what);
            } else {
                broken(what + " with status " + std::to_string(end.status) + ", not with 0 or 75",
                       {s.at.seq, e.at.seq});
            }
        } else if (end.status == 0 && end.tasks != 0) {
            broken(what + " with status 0 and " + std::to_string(end.tasks) + " tasks left", {s.at.seq, e.at.seq});
        } else {
            kept();
        }
    }

    // The longest that may be in force.
    [[nodiscard]] core::duration grace(const event& e) const {
        const auto read = read_.find(e.host);
        core::duration longest =
            std::max(config_in_force{}.shutdown_grace, read == read_.end() ? core::duration{0} : read->second);
        (void)world_.configs(e.host).may_be(e.at, [&](const auto& c) {
            longest = std::max(longest, c->shutdown_grace);
            return false;
        });
        return longest;
    }

    std::vector<stop> stopping_;
    std::map<std::string, core::duration> read_;  ///< host -> the grace of a config that is not in force yet
};

}  // namespace

a_promise ends_in_time(const known_world& w, findings& f) {
    return std::make_unique<ends_in_time_promise>("ends_in_time", w, f);
}

}  // namespace mayhem::sim
