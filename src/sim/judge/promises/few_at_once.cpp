#include <algorithm>
#include <map>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class few_at_once_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        const auto* const h = std::get_if<hit>(&e.what);
        const known_act* const a = h == nullptr ? nullptr : world_.find_act(h->act);
        if (a == nullptr) {
            return;
        }
        auto& under_way = under_way_[limited_as(a->host, a->what.group, a->at)];
        if (std::ranges::count(under_way, h->act, &fallen::act) > 0) {
            return;
        }
        under_way.push_back({h->act, h->target, h->incarnation, e.at});
        for (const std::string& other : a->what.reach) {
            if (world_.targets().is_in(other, a->what.group) && world_.was_bound_to_fall(a->what, other, a->at)) {
                under_way.push_back({h->act, other, {}, e.at});
            }
        }
    }

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr) {
            return;
        }
        const auto& configs = world_.configs(e.host);
        if (!configs.is_known(e.at)) {
            unknown();
            return;
        }
        std::vector<std::uint64_t> events;
        const auto is_over = [&](const auto& c) {
            const group_in_force* const g = c->find(a->group);
            if (g == nullptr || g->limits.max_unavailable == 0) {
                return false;
            }
            events.clear();
            return count(e, *a, g->recovery_timeout, events) > g->limits.max_unavailable;
        };
        if (!configs.must_be(e.at, is_over)) {
            kept();
            return;
        }
        events.push_back(e.at.seq);
        broken("act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " began " + describe(e.at) +
                   ", while so many others of group " + a->group +
                   " were under way that with it there are more than max_unavailable",
               std::move(events));
    }

private:
    struct fallen {
        std::uint64_t act;
        std::string target;
        std::string incarnation;  ///< empty: whichever it was
        when at;
    };

    /// One limit over all hosts that share it.
    [[nodiscard]] group_key limited_as(const std::string& host, const std::string& group, const when& at) const {
        return {world_.is_shared(host, group, at) ? std::string() : host, group};
    }

    std::size_t count(const event& e, const act& a, core::duration timeout, std::vector<std::uint64_t>& events) {
        std::vector<fallen>& under_way = under_way_[limited_as(e.host, a.group, e.at)];
        std::erase_if(under_way, [&](const fallen& f) { return is_certainly_before(f.at, e.at, 2 * timeout); });
        std::size_t sum = 1;
        for (const std::string& other : a.reach) {
            sum +=
                other != a.target && world_.targets().is_in(other, a.group) && world_.was_bound_to_fall(a, other, e.at)
                    ? 1
                    : 0;
        }
        for (const fallen& f : under_way) {
            if (f.act != a.id && is_certainly_down(f, e.at, timeout)) {
                ++sum;
                events.push_back(f.at.seq);
            }
        }
        return sum;
    }

    [[nodiscard]] bool is_certainly_down(const fallen& f, const when& at, core::duration timeout) const {
        const bool is_given_up = at.steady.latest > f.at.steady.earliest + timeout;
        if (!is_certainly_before(f.at, at) || is_given_up || !world_.targets().is_known(f.target)) {
            return false;
        }
        const auto stands = [&](const target_ledger::successor& s) { return is_possibly_before(s.healthy, at); };
        return std::ranges::none_of(world_.targets().healthy_after(f.target, f.incarnation, f.at), stands);
    }

    std::map<group_key, std::vector<fallen>> under_way_;
};

}  // namespace

a_promise few_at_once(const known_world& w, findings& f) {
    return std::make_unique<few_at_once_promise>("few_at_once", w, f);
}

}  // namespace mayhem::sim
