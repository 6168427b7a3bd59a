#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "mayhem/core/time.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

/// A question each second, a look at its answer four times a second, and an end that takes a little.
constexpr core::duration within = std::chrono::seconds{3};

class stops_when_red_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* b = std::get_if<fault_began>(&e.what)) {
            const auto red = red_.find({e.host, b->group});
            open_.try_emplace(b->fault,
                              open_fault{e.host, *b, e.at, red == red_.end() ? std::nullopt : std::optional(e.at)});
        } else if (const auto* x = std::get_if<fault_ended>(&e.what)) {
            end(e, x->fault);
        } else if (const auto* c = std::get_if<stop_condition_is>(&e.what)) {
            note(e, *c);
        }
    }

    void pass(steady_time now) override {
        for (auto& [id, f] : open_) {
            if (f.due_since && f.due_since->steady.latest + within < now) {
                judge(id, f, later(*f.due_since, within));
                f.due_since.reset();
            }
        }
    }

private:
    struct open_fault {
        std::string host;
        fault_began what;
        when began;
        std::optional<when> due_since;  ///< it stands, and is to end
    };

    void note(const event& e, const stop_condition_is& c) {
        if (!c.is_red) {
            red_.erase({e.host, c.group});
        } else {
            red_.insert_or_assign({e.host, c.group}, e.at);
        }
        for (auto& [id, f] : open_) {
            if (f.host == e.host && f.what.group == c.group) {
                f.due_since = c.is_red ? std::optional(e.at) : std::nullopt;
            }
        }
    }

    void end(const event& e, std::uint64_t id) {
        const auto found = open_.find(id);
        if (found != open_.end() && found->second.due_since) {
            judge(id, found->second, e.at);
        }
        open_.erase(id);
    }

    /// `now`: it stands until then.
    void judge(std::uint64_t id, const open_fault& f, const when& now) {
        const auto has_one = [&f](const auto& config) {
            const group_in_force* const g = config->find(f.what.group);
            return g != nullptr && g->has_stop_condition;
        };
        const bool is_late = now.steady.earliest - f.due_since->steady.latest >= within;
        if (!is_late) {
            kept();
        } else if (!world_.configs(f.host).must_be(f.began, has_one) || world_.may_have_died(f.host, f.began, now) ||
                   !world_.is_alive(f.host)) {
            unknown();
        } else {
            object(id, f, now);
        }
    }

    void object(std::uint64_t id, const open_fault& f, const when& now) {
        const std::string text = "fault " + std::to_string(id) + " on " + f.what.target + ", begun " +
                                 describe(f.began) + ", stands on " + describe(now) +
                                 ", though the stop condition of its group is red since " + describe(*f.due_since);
        broken_unless(world_.find_trouble(f.host, f.what.group, f.began, now), text, {f.began.seq, f.due_since->seq});
    }

    std::map<std::uint64_t, open_fault> open_;
    std::map<group_key, when> red_;
};

}  // namespace

a_promise stops_when_red(const known_world& w, findings& f) {
    return std::make_unique<stops_when_red_promise>("stops_when_red", w, f);
}

}  // namespace mayhem::sim
