#include <map>

#include "sim/judge/calm.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class faults_are_undone_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* b = std::get_if<fault_began>(&e.what)) {
            open_.try_emplace(b->fault, open_fault{e.host, e.at, *b});
        } else if (const auto* x = std::get_if<fault_ended>(&e.what)) {
            open_.erase(x->fault);
        }
    }

    void decide(const event& e) override {
        if (!is_over(e)) {
            return;
        }
        bool are_all_undone = true;
        for (const auto& [id, f] : open_) {
            const core::duration length = f.what.until + f.what.grace - f.began.steady.earliest;
            if (!was_due(world_, f.host, f.began, e.at) || !is_certainly_before(f.began, e.at, length)) {
                continue;
            }
            are_all_undone = false;
            const std::string text = "fault " + std::to_string(id) + " on " + f.what.target + ", begun " +
                                     describe(f.began) + ", stands when the calm phase is over " + describe(e.at);
            if (const auto excuse = excuse_for(world_, f.host, f.what.group, e.at)) {
                excused(text + "; " + *excuse);
            } else {
                broken(text, {f.began.seq, e.at.seq});
            }
        }
        if (are_all_undone) {
            kept();
        }
    }

private:
    struct open_fault {
        std::string host;
        when began;
        fault_began what;
    };

    std::map<std::uint64_t, open_fault> open_;
};

}  // namespace

a_promise faults_are_undone(const known_world& w, findings& f) {
    return std::make_unique<faults_are_undone_promise>("faults_are_undone", w, f);
}

}  // namespace mayhem::sim
