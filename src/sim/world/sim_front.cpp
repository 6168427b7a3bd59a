#include "sim/world/sim_front.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::sim {

using pipeline::halt_door;

sim_front::sim_front(process& p, message_origins& o, app::world::front_parts parts)
    : process_(p),
      origins_(o),
      parts_(std::move(parts)),
      counter_(p.world().rare),
      requests_(p.world().loop, "requests", parts_.on_failure) {}

sim_front::~sim_front() = default;

async::awaitable<void> sim_front::start(app::control_config /*c*/) {
    is_open_ = true;
    return async::ready();
}

async::awaitable<void> sim_front::stop() {
    const async::frame here;
    is_open_ = false;
    requests_.cancel();
    co_await requests_.join();
}

std::uint64_t sim_front::ask(wish_kind what) {
    const std::uint64_t id = process_.world().log.next_id();
    process_.world().log.tell(asked{.wish = id, .what = what, .door = door::command, .group = {}, .target = {}});
    return id;
}

void sim_front::answer_with(std::uint64_t wish, answer a, std::string error) {
    if (process_.is_alive()) {
        process_.world().log.tell(answered{.wish = wish, .answer = a, .error = std::move(error)});
    }
}

void sim_front::halt() {
    if (process_.messages().is_any_before_its_act()) {
        process_.world().rare.note(rare_state::halted_before_act);
    }
    if (resumes_ > 0) {
        process_.world().rare.note(rare_state::halted_in_resume);
    }
    requests_.spawn("halt", carry_out_halt());
}

/// It is asked for when the daemon hears of it: of two that are on their way nobody knows which comes first.
async::awaitable<void> sim_front::carry_out_halt() {
    const async::frame here;
    const std::uint64_t wish = ask(wish_kind::halt);
    app::halt_command::asker by{.who = "uid 1000"};
    std::string trouble;
    try {
        co_await parts_.halt.halt(std::move(by), "the release");
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    // One that is not on record yet holds all the same, which "failed" would deny.
    answer_with(wish, trouble.empty() ? answer::ok : answer::gone, trouble);
}

void sim_front::resume() { requests_.spawn("resume", carry_out_resume()); }

/// Done is what takes back the halts before it, also when somebody has halted since.
async::awaitable<void> sim_front::carry_out_resume() {
    const async::frame here;
    const std::uint64_t wish = ask(wish_kind::resume);
    std::string trouble;
    answer how = answer::ok;
    ++resumes_;
    try {
        co_await parts_.halt.resume("uid 1000");
    } catch (const core::store_late& e) {
        trouble = e.what();
        how = answer::late;
    } catch (const core::store_failed& e) {
        trouble = e.what();
        how = answer::failed;
    }
    --resumes_;
    answer_with(wish, how, std::move(trouble));
}

namespace {

/// One after the other, of what may be asked for; without a throw of the dice, which are others'.
core::act choose_act(const pipeline::group& g, std::uint64_t wish) {
    const auto own = g.acts.own();
    const std::vector<std::string>& by_hand = g.acts.by_hand();
    const std::size_t chosen = wish % (own.size() + by_hand.size());
    return chosen < own.size() ? own[chosen].what : core::act{.name = by_hand[chosen - own.size()], .with = {}};
}

}  // namespace

void sim_front::restart(const std::string& target) { requests_.spawn("restart", carry_out_restart(target)); }

async::awaitable<void> sim_front::carry_out_restart(std::string target) {
    const async::frame here;
    const std::shared_ptr<app::flow> flow = parts_.of.current_flow();
    if (flow == nullptr) {
        co_return;
    }
    const std::uint64_t wish = process_.world().log.next_id();
    for (pipeline::group& g : flow->groups()) {
        const core::act what = choose_act(g, wish);
        std::vector<core::target> listed;
        try {
            listed = co_await g.acts.get(what).list();
        } catch (const core::targets_unlisted&) {
            continue;
        }
        for (core::target& t : listed) {
            if (t.id != target) {
                continue;
            }
            const core::message m = flow->make_message(g, std::move(t), what);
            if (parts_.of.requests().open(m) == nullptr) {
                co_return;
            }
            process_.world().log.tell(asked{.wish = wish,
                                            .what = wish_kind::restart,
                                            .door = door::command,
                                            .group = m.group,
                                            .target = target,
                                            .action = core::describe(what)});
            origins_.note_asked(m.id);
            if (!flow->request(std::make_shared<const core::message>(m))) {
                parts_.of.requests().drop(m.id);
            }
            co_return;
        }
    }
}

void sim_front::drain() {
    const std::uint64_t wish = ask(wish_kind::drain);
    const bool is_begun = parts_.of.drain("uid 1000");
    answer_with(wish, is_begun ? answer::ok : answer::failed);
    if (is_begun) {
        process_.world().rare.note(rare_state::drained);
    }
}

void sim_front::ask_status() {
    const pipeline::halt_switch& halt = parts_.halt.get();
    const app::daemon_facts facts = parts_.of.facts();
    // A halt file that cannot be looked at counts as being there, which is not what anybody has asked for.
    if (!halt.is_halted() || !halt.is_open(halt_door::file)) {
        process_.world().log.tell(told{.question = question::halted, .group = {}, .value = halt.is_halted()});
    }
    process_.world().log.tell(
        told{.question = question::ready, .group = {}, .value = facts.phase == "running" && facts.waits_for.empty()});
}

void sim_front::counter::observe(const ports::step& s) noexcept {
    if (s.refused_by == core::guard::daily_limit) {
        rare_.note(rare_state::refused_by_day_cap);
    } else if (s.refused_by == core::guard::hourly_limit) {
        rare_.note(rare_state::refused_by_hour_cap);
    } else if (s.refused_by == core::guard::too_few_healthy) {
        rare_.note(rare_state::refused_by_healthy);
    } else if (s.refused_by == core::guard::out_of_reach) {
        rare_.note(rare_state::refused_by_reach);
    } else if (s.refused_by == core::guard::already_restarted) {
        rare_.note(rare_state::refused_as_acted);
    }
}

void sim_front::counter::skipped(const core::skip& s) noexcept {
    if (s.reason == core::guard::missed) {
        rare_.note(rare_state::moment_missed);
    }
}

}  // namespace mayhem::sim
