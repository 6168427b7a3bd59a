#include <map>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class halts_at_once_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        const auto* const a = std::get_if<asked>(&e.what);
        if (a != nullptr && a->what == wish_kind::halt && a->door == door::command && world_.is_alive(e.host)) {
            waiting_.try_emplace(a->wish, call{e.host, e.at});
        }
    }

    void decide(const event& e) override {
        if (const auto* a = std::get_if<answered>(&e.what)) {
            const auto found = waiting_.find(a->wish);
            if (found != waiting_.end()) {
                const call c = found->second;
                waiting_.erase(found);
                judge(c, e.at, a->answer);
            }
        } else if (std::holds_alternative<life_ended>(e.what)) {
            std::erase_if(waiting_, [&e](const auto& w) { return w.second.host == e.host; });
        }
    }

    void pass(steady_time now) override {
        for (auto w = waiting_.begin(); w != waiting_.end();) {
            const call c = w->second;
            const bool is_given_up = c.at.steady.latest + not_answered_within < now;
            w = is_given_up ? waiting_.erase(w) : std::next(w);
            if (is_given_up) {
                judge(c, when{.seq = 0, .steady = {now, now}, .wall = c.at.wall}, answer::failed);
            }
        }
    }

private:
    /// Until then the answer itself tells how long it took.
    static constexpr core::duration not_answered_within = std::chrono::minutes{1};

    struct call {
        std::string host;
        when at;
    };

    void judge(const call& c, const when& at, answer a) {
        if (a == answer::gone || !is_certainly_before(c.at, at, effect_within)) {
            kept();
            return;
        }
        const std::string what = "the halt that " + c.host + " was asked for " + describe(c.at) +
                                 " had its answer, if any, not before " + describe(at);
        if (const known_trouble* t = world_.find_trouble(c.host, std::nullopt, c.at, at, trouble_kind::store)) {
            excused(what + "; the store was in trouble: " + t->what.what);
        } else if (at.seq == 0) {
            broken(what, {c.at.seq});
        } else {
            broken(what, {c.at.seq, at.seq});
        }
    }

    std::map<std::uint64_t, call> waiting_;
};

}  // namespace

a_promise halts_at_once(const known_world& w, findings& f) {
    return std::make_unique<halts_at_once_promise>("halts_at_once", w, f);
}

}  // namespace mayhem::sim
