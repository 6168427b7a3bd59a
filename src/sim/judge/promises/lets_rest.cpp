#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

/// The place within the limits, from which the rest counts, may have been taken so long before the act: an engine is
/// slow.
constexpr core::duration taken_before = std::chrono::minutes{3};

class lets_rest_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* t = std::get_if<target_is>(&e.what)) {
            see(*t, e.at);
        } else if (const auto* b = std::get_if<fault_began>(&e.what)) {
            stands_on_.insert_or_assign(b->fault, b->target);
        } else if (const auto* x = std::get_if<fault_ended>(&e.what)) {
            if (const auto found = stands_on_.find(x->fault); found != stands_on_.end()) {
                kin_[found->second].went_on = {.at = e.at, .since = e.at};
                stands_on_.erase(found);
            }
        } else if (const auto* h = std::get_if<hit>(&e.what)) {
            if (const known_act* a = world_.find_act(h->act)) {  // what came to nothing is tried again
                hits_.insert_or_assign({a->host, a->what.group, a->what.target}, last_hit{h->act, e.at});
            }
        } else if (std::holds_alternative<life_began>(e.what) && !began_) {
            began_ = e.at.steady.latest;
        }
    }

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        const std::optional<when> last = hit_before(e.host, *a);
        const auto& configs = world_.configs(e.host);
        if (!configs.is_known(e.at)) {
            unknown();
            return;
        }
        const kin& of = kin_[a->target];
        const auto born = of.lives.find(a->incarnation);
        const bool is_birth_known = born != of.lives.end() && began_ && *began_ < born->second.steady.earliest;
        const auto is_too_young = [&](const auto& c) {
            const group_in_force* const g = c->find(a->group);
            return g != nullptr && is_birth_known && is_within(born->second, e.at, g->limits.min_age);
        };
        const auto has_rested_too_little = [&](const auto& c) {
            const group_in_force* const g = c->find(a->group);
            return g != nullptr && last && !of.are_several && is_within(*last, e.at, g->limits.min_rest - taken_before);
        };
        const std::string text =
            "act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " began " + describe(e.at);
        if (configs.must_be(e.at, is_too_young)) {
            broken(text + ", which is younger than min_age: it began " + describe(born->second),
                   {born->second.seq, e.at.seq});
        } else if (configs.must_be(e.at, has_rested_too_little)) {
            broken(text + ", less than min_rest after the last act of group " + a->group + " on it " + describe(*last),
                   {last->seq, e.at.seq});
        } else {
            kept();
        }
    }

private:
    /// Those that have the same name.
    struct kin {
        std::map<std::string, when> lives;  ///< since when; without those that are down
        /// When something that stood on it was over: what is down then, and healthy then, is one life.
        struct going_on {
            when at;
            when since;
        };
        std::optional<going_on> went_on;
        bool are_several = false;  ///< or were: the record cannot tell them apart, and asks for their age instead
    };

    // Both by the clock that nobody sets and by the one on the wall: what a clock that was set has shown is not known.
    [[nodiscard]] static bool is_within(const when& from, const when& to, core::duration length) {
        return to.steady.latest - from.steady.earliest < length && to.wall.latest - from.wall.earliest < length;
    }

    void see(const target_is& t, const when& at) {
        kin& k = kin_[t.target];
        const bool is_new = k.lives.try_emplace(t.incarnation, at).second;
        if (is_new && k.went_on && k.went_on->at.steady.latest == at.steady.earliest) {
            k.lives[t.incarnation] = k.went_on->since;
        }
        k.are_several = k.are_several || k.lives.size() > 1;
        if (t.state == target_state::down) {
            if (k.went_on && k.went_on->at.steady.latest == at.steady.earliest) {
                k.went_on->since = k.lives.at(t.incarnation);
            }
            k.lives.erase(t.incarnation);
        }
    }

    struct last_hit {
        std::uint64_t act = 0;
        when at;
    };

    /// By another act.
    [[nodiscard]] std::optional<when> hit_before(const std::string& host, const act& a) const {
        const auto found = hits_.find({host, a.group, a.target});
        return found == hits_.end() || found->second.act == a.id ? std::nullopt : std::optional(found->second.at);
    }

    std::optional<steady_time> began_;  ///< before it nobody told when something was born
    std::map<std::string, kin> kin_;    ///< by target
    std::map<std::uint64_t, std::string> stands_on_;
    std::map<std::tuple<std::string, std::string, std::string>, last_hit> hits_;  ///< by host, group and target
};

}  // namespace

a_promise lets_rest(const known_world& w, findings& f) {
    return std::make_unique<lets_rest_promise>("lets_rest", w, f);
}

}  // namespace mayhem::sim
