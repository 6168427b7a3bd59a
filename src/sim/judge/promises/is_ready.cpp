#include <map>
#include <set>

#include "sim/judge/calm.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class is_ready_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (std::holds_alternative<life_began>(e.what)) {
            lives_.insert_or_assign(e.host, life{.began = e.at, .is_to_work = true, .last = {}});
        } else if (std::holds_alternative<life_ended>(e.what)) {
            lives_.erase(e.host);
        } else if (const auto* a = std::get_if<asked>(&e.what)) {
            const auto l = lives_.find(e.host);
            if (l != lives_.end() && (a->what == wish_kind::drain || a->what == wish_kind::stop)) {
                l->second.is_to_work = false;
            }
        } else if (const auto* t = std::get_if<told>(&e.what)) {
            const auto l = lives_.find(e.host);
            if (l != lives_.end() && t->question == question::ready) {
                l->second.last = answer_to_it{e.at, t->value};
            }
        }
    }

    void decide(const event& e) override {
        if (!is_over(e)) {
            return;
        }
        for (const auto& [host, l] : lives_) {
            if (!l.is_to_work || !was_due(world_, host, l.began, e.at)) {
                continue;
            }
            if (!l.last || !was_due(world_, host, l.began, l.last->at)) {
                unknown();
            } else if (l.last->value) {
                kept();
            } else if (const auto excuse = excuse_for(world_, host, std::nullopt, e.at)) {
                excused(host + " is not ready; " + *excuse);
            } else {
                broken(host + " said " + describe(l.last->at) + " that it is not ready, in a life that began " +
                           describe(l.began),
                       {l.began.seq, l.last->at.seq});
            }
        }
    }

private:
    struct answer_to_it {
        when at;
        bool value;
    };
    struct life {
        when began;
        bool is_to_work;
        std::optional<answer_to_it> last;
    };

    std::map<std::string, life> lives_;
};

}  // namespace

a_promise is_ready(const known_world& w, findings& f) { return std::make_unique<is_ready_promise>("is_ready", w, f); }

}  // namespace mayhem::sim
