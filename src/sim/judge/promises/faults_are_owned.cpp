#include <map>
#include <set>
#include <string>

#include "mayhem/core/time.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class faults_are_owned_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* b = std::get_if<fault_began>(&e.what)) {
            fault& f = faults_[b->fault];
            f.host = e.host;
            f.began = e.at;
            f.what = *b;
            set_deadline(b->fault, f, b->until + b->grace);
        } else if (const auto* o = std::get_if<fault_owner_is>(&e.what)) {
            faults_[o->fault].own(o->owner, o->is_there);
        } else if (const auto* x = std::get_if<fault_ended>(&e.what)) {
            fault& f = faults_[x->fault];
            f.ended = e.at;
            deadlines_.erase({f.deadline, x->fault});
        } else if (std::holds_alternative<life_began>(e.what)) {
            hasten(e, [](const fault& f) { return f.is_orphan; }, [&](const fault& f) { return f.what.grace; });
        } else if (is_halt(e) && world_.halts(e.host).certainly_halted(later(e.at, core::duration{1}), {})) {
            hasten(e, [](const fault& f) { return f.what.ends_on_halt; }, [](const fault&) { return effect_within; });
        } else if (const auto* w = std::get_if<asked>(&e.what); w != nullptr && w->what == wish_kind::resume) {
            give_time(e.host);  // it may not be halted any more
        }
    }

    void decide(const event& e) override {
        if (const auto* b = std::get_if<fault_began>(&e.what)) {
            decide_owner(e, b->fault, "began");
        } else if (const auto* o = std::get_if<fault_owner_is>(&e.what)) {
            if (!o->is_there && faults_[o->fault].began) {
                decide_owner(e, o->fault, o->owner == fault_owner::note ? "lost its undo note" : "lost its holder");
                forget(o->fault);
            }
        }
    }

    void pass(steady_time now) override {
        while (!deadlines_.empty() && deadlines_.begin()->first < now) {
            const std::uint64_t id = deadlines_.begin()->second;
            deadlines_.erase(deadlines_.begin());
            fault& f = faults_[id];
            if (!world_.is_alive(f.host) && f.holders == 0) {
                f.is_orphan = true;  // until the next life
                continue;
            }
            if (!world_.is_alive(f.host) && f.deadline < f.what.until + f.what.grace) {
                set_deadline(id, f, f.what.until + f.what.grace);  // a holder by itself hears of no halt
                continue;
            }
            object(id, f);
        }
    }

private:
    struct fault {
        std::string host;
        std::optional<when> began;
        std::optional<when> ended;
        fault_began what;
        int holders = 0;
        int notes = 0;
        steady_time deadline = steady_time::max();
        bool is_orphan = false;  ///< nobody lives who could undo it

        void own(fault_owner o, bool is_there) { (o == fault_owner::note ? notes : holders) += is_there ? 1 : -1; }
    };

    // A world in trouble may keep somebody from undoing it in time; not for ever.
    void object(std::uint64_t id, fault& f) {
        const std::string text = "fault " + std::to_string(id) + " on " + f.what.target + ", begun " +
                                 describe(*f.began) + ", still stands after " +
                                 std::to_string(core::to_seconds(f.deadline)) + " s, when it should have been undone";
        const when now = later(*f.began, f.deadline - f.began->steady.earliest);
        const known_trouble* const trouble = world_.find_trouble(f.host, f.what.group, *f.began, now);
        const steady_time last = f.what.until + f.what.grace;
        if (world_.stood_still(f.host, *f.began, now) && f.deadline < last + stands_still_for) {
            excused(text + "; the host stood still");
            set_deadline(id, f, last + stands_still_for);
            return;
        }
        if (trouble == nullptr || f.deadline >= last) {
            broken(text, {f.began->seq});
            return;
        }
        excused(text + "; the world was in trouble: " + trouble->what.what);
        set_deadline(id, f, last);
    }

    [[nodiscard]] bool is_halt(const event& e) const {
        const auto* const a = std::get_if<answered>(&e.what);
        const asked* const wish = a == nullptr ? nullptr : world_.find_wish(a->wish);
        const auto* const c = std::get_if<config_in_force>(&e.what);
        return (c != nullptr && c->halted) ||
               (wish != nullptr && wish->what == wish_kind::halt && a->answer == answer::ok);
    }

    void set_deadline(std::uint64_t id, fault& f, steady_time deadline) {
        deadlines_.erase({f.deadline, id});
        f.deadline = deadline;
        deadlines_.emplace(deadline, id);
    }

    template <typename Which, typename Within>
    void hasten(const event& e, Which which, Within within) {
        for (auto& [id, f] : faults_) {
            if (f.began && !f.ended && f.host == e.host && which(f)) {
                const steady_time deadline = e.at.steady.latest + within(f);
                if (f.is_orphan || deadline < f.deadline) {
                    f.is_orphan = false;
                    set_deadline(id, f, deadline);
                }
            }
        }
    }

    void give_time(const std::string& host) {
        for (auto& [id, f] : faults_) {
            const steady_time last = f.what.until + f.what.grace;
            if (f.began && !f.ended && !f.is_orphan && f.host == host && f.deadline < last) {
                set_deadline(id, f, last);
            }
        }
    }

    void decide_owner(const event& e, std::uint64_t id, const char* what) {
        const fault& f = faults_[id];
        const bool is_over = f.ended && is_possibly_before(*f.ended, e.at);
        if (is_over || f.holders > 0 || f.notes > 0 || !f.began) {
            kept();
            return;
        }
        broken("fault " + std::to_string(id) + " on " + f.what.target + " " + what + " " + describe(e.at) +
                   ", and nobody is left to undo it",
               {f.began->seq, e.at.seq});
    }

    void forget(std::uint64_t id) {
        const fault& f = faults_[id];
        if (f.ended && f.holders <= 0 && f.notes <= 0) {
            faults_.erase(id);
        }
    }

    std::map<std::uint64_t, fault> faults_;
    std::set<std::pair<steady_time, std::uint64_t>> deadlines_;
};

}  // namespace

a_promise faults_are_owned(const known_world& w, findings& f) {
    return std::make_unique<faults_are_owned_promise>("faults_are_owned", w, f);
}

}  // namespace mayhem::sim
