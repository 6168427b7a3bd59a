#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class lets_settle_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* const h = std::get_if<hit>(&e.what)) {
            hits_.insert_or_assign({e.host, h->target}, h->act);
        } else if (std::holds_alternative<config_in_force>(e.what)) {
            began_to_watch_.insert_or_assign(e.host, e.at);  // what a former config's handlers watched is let go
        }
    }

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        const known_act* const before = act_before(e.host, *a);
        const std::optional<when> born = world_.targets().first_seen(a->target, a->incarnation);
        if (before == nullptr || !born) {
            return;
        }
        const bool is_known = is_certainly_before(began_to_watch_[e.host], before->at) &&
                              !world_.may_have_died(e.host, before->at, e.at) &&
                              world_.configs(e.host).is_known(before->at);
        if (!is_known) {
            unknown();
            return;
        }
        const bool came_back_of_it =
            born->steady.earliest > before->at.steady.latest && born->wall.earliest > before->at.wall.latest;
        const auto is_watched = [&](const auto& c) {
            const group_in_force* const g = c->find(before->what.group);
            return g != nullptr && is_within(*born, e.at, g->stable_for) &&
                   is_within(before->at, e.at, g->recovery_timeout);
        };
        if (came_back_of_it && world_.configs(e.host).must_be(before->at, is_watched)) {
            broken("act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " began " +
                       describe(e.at) + ", while act " + std::to_string(before->what.id) + " of group " +
                       before->what.group + ", " + describe(before->at) +
                       ", was being watched: it is stable only some time after it began " + describe(*born),
                   {before->at.seq, born->seq, e.at.seq});
        } else {
            kept();
        }
    }

private:
    [[nodiscard]] static bool is_within(const when& from, const when& to, core::duration length) {
        return to.steady.latest - from.steady.earliest < length;
    }

    /// The last other one that hit this target.
    [[nodiscard]] const known_act* act_before(const std::string& host, const act& a) const {
        const auto found = hits_.find({host, a.target});
        return found == hits_.end() || found->second == a.id ? nullptr : world_.find_act(found->second);
    }

    std::map<std::string, when> began_to_watch_;                         ///< by host
    std::map<std::pair<std::string, std::string>, std::uint64_t> hits_;  ///< by host and target: the last act
};

}  // namespace

a_promise lets_settle(const known_world& w, findings& f) {
    return std::make_unique<lets_settle_promise>("lets_settle", w, f);
}

}  // namespace mayhem::sim
