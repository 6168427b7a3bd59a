#include <map>
#include <utility>

#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class acts_once_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const h = std::get_if<hit>(&e.what);
        if (h == nullptr) {
            return;
        }
        const auto [known, is_first] = first_.try_emplace({h->target, h->incarnation}, hit_once{h->act, e.at});
        const hit_once& first = known->second;
        if (first.act == h->act) {
            kept();
            return;
        }
        broken(who(h->target, h->incarnation) + " was hit by act " + std::to_string(h->act) + " " + describe(e.at) +
                   ", and had been hit by act " + std::to_string(first.act) + " " + describe(first.at),
               {first.at.seq, e.at.seq});
    }

private:
    struct hit_once {
        std::uint64_t act;
        when at;
    };

    std::map<std::pair<std::string, std::string>, hit_once> first_;
};

}  // namespace

a_promise acts_once(const known_world& w, findings& f) {
    return std::make_unique<acts_once_promise>("acts_once", w, f);
}

}  // namespace mayhem::sim
