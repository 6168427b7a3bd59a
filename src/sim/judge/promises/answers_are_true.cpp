#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class answers_are_true_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        const auto* const t = std::get_if<told>(&e.what);
        if (t == nullptr) {
            return;
        }
        switch (t->question) {
            case question::halted: decide_halted(e, *t); break;
            case question::breaker_open: decide_breaker(e, *t); break;
            case question::dry_run: decide_dry_run(e, *t); break;
            case question::ready: break;  // another promise
        }
    }

private:
    static constexpr core::duration at_once{0};

    void compare(const event& e, bool value, std::string what, std::optional<std::uint64_t> certainly, bool possibly) {
        if (!value && certainly) {
            broken(e.host + " said " + describe(e.at) + " that " + what + " not, but it was: event " +
                       std::to_string(*certainly) + " says so",
                   {*certainly, e.at.seq});
        } else if (value && !possibly) {
            broken(e.host + " said " + describe(e.at) + " that " + what +
                       ", but it was not: nobody had asked for it, or it was undone",
                   {e.at.seq});
        } else {
            kept();
        }
    }

    void decide_halted(const event& e, const told& t) {
        const halt_ledger& halts = world_.halts(e.host);
        compare(e, t.value, "it is halted", halts.certainly_halted(e.at, at_once), halts.may_be_halted(e.at));
    }

    void decide_breaker(const event& e, const told& t) {
        const std::string group = t.group.value_or("");
        const latch& breaker = world_.breaker({e.host, group});
        compare(e, t.value, "the breaker of group " + group + " is open", breaker.certainly_set(e.at, at_once),
                breaker.may_be_set(e.at));
    }

    void decide_dry_run(const event& e, const told& t) {
        const auto& configs = world_.configs(e.host);
        if (!configs.is_known(e.at)) {
            unknown();
        } else if (configs.may_be(e.at, [&](const auto& c) { return c->dry_run == t.value; })) {
            kept();
        } else {
            broken(e.host + " said " + describe(e.at) + (t.value ? " that it is in a dry run" : " that it is armed") +
                       ", which it was not",
                   {e.at.seq});
        }
    }
};

}  // namespace

a_promise answers_are_true(const known_world& w, findings& f) {
    return std::make_unique<answers_are_true_promise>("answers_are_true", w, f);
}

}  // namespace mayhem::sim
