#include <map>
#include <utility>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class one_host_a_moment_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const a = std::get_if<act>(&e.what);
        if (a == nullptr || !a->message || !world_.is_shared(e.host, a->group, e.at)) {
            return;
        }
        const known_message* const m = world_.find_message(*a->message);
        if (m == nullptr || m->what.origin == origin::asked) {
            return;  // another promise
        }
        const auto [known, is_first] =
            first_.try_emplace({a->group, m->what.planned_at}, host_act{.host = e.host, .at = e.at});
        if (is_first || known->second.host == e.host) {
            kept();
            return;
        }
        broken("act " + std::to_string(a->id) + " on " + who(a->target, a->incarnation) + " of host " + e.host +
                   " began " + describe(e.at) + " for the moment " + describe(m->what.planned_at) + " of group " +
                   a->group + ", for which host " + known->second.host + " had acted " + describe(known->second.at),
               {known->second.at.seq, e.at.seq});
    }

private:
    struct host_act {
        std::string host;
        when at;
    };

    std::map<std::pair<std::string, core::wall_time>, host_act> first_;
};

}  // namespace

a_promise one_host_a_moment(const known_world& w, findings& f) {
    return std::make_unique<one_host_a_moment_promise>("one_host_a_moment", w, f);
}

}  // namespace mayhem::sim
