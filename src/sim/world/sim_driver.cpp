#include "sim/world/sim_driver.hpp"

#include <any>
#include <utility>

#include "drivers/docker/docker_driver.hpp"
#include "drivers/process/process_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"
#include "sim/world/sim_hold.hpp"
#include "sim/world/sim_pause.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;
using stage = message_progress::stage;

constexpr std::chrono::nanoseconds usual = 20ms;

}  // namespace

sim_driver::sim_driver(process& p, herd& targets, std::string group, sim_act a)
    : process_(p), scene_(p.world()), herd_(targets), group_(std::move(group)), does_(std::move(a)) {}

std::vector<core::target> sim_driver::look_around(bool& is_true) const {
    std::vector<core::target> found;
    for (const std::string& name : herd_.members_of(group_)) {
        const target_state s = herd_.of(name).state;
        if (s == target_state::healthy || s == target_state::dying) {
            found.push_back(herd_.describe(name));
        }
        is_true = is_true && s != target_state::dying;  // a process that was told to end looks like any other
    }
    return found;
}

async::awaitable<std::vector<core::target>> sim_driver::list() {
    const async::frame here;
    co_await process_.take_time(fault::slow_list, usual, 50s, trouble_kind::engine, group_);
    const dice::outcome fails = scene_.dice.roll(fault::failed_list);
    const dice::outcome stale = scene_.dice.roll(fault::stale_list);
    if (fails) {
        const standing_trouble stands(scene_.log, trouble_kind::engine, group_, "a list fails");
    }
    if (fails || !process_.is_alive()) {
        throw core::targets_unlisted("the engine is away");
    }
    bool is_true = true;
    std::vector<core::target> found = look_around(is_true);
    std::vector<core::target> shown = found;
    if (stale) {
        shown = former_;
        is_true = false;
    }
    former_ = std::move(found);
    scene_.log.tell(listed{.group = group_, .is_true = is_true, .message = {}});
    if (shown.empty()) {
        scene_.rare.note(rare_state::empty_list);
    }
    process_.note_call();
    co_return shown;
}

async::awaitable<ports::act_result> sim_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    const core::target mine = t;
    const std::uint64_t number = herd::number_of(mine.incarnation);
    co_await process_.take_time(fault::slow_act, usual, 2min, trouble_kind::engine, group_, weak_moment::act_waits);
    const dice::outcome fails = scene_.dice.roll(fault::failed_act);
    if (fails || !process_.is_alive()) {
        throw core::restart_failed("the engine is away");
    }
    const herd::life& now = herd_.of(mine.id);
    if (now.number != number || now.state == target_state::down) {
        co_return ports::act_result{.refused_by = core::guard::already_restarted};
    }
    async::throw_if_cancelled();
    if (const auto no = may_act.withdrawn_by()) {
        co_return ports::act_result{.refused_by = no};
    }
    ports::act_result done = co_await carry_out(mine, number);
    co_return done;
}

async::awaitable<ports::held_target> sim_driver::hold(const core::target& t) {
    const async::frame here;
    const core::target mine = t;
    co_await process_.take_time(fault::slow_act, usual, 2min, trouble_kind::engine, group_, weak_moment::act_waits);
    const dice::outcome fails = scene_.dice.roll(fault::failed_act);
    const herd::life& now = herd_.of(mine.id);
    if (fails || !process_.is_alive() || now.is_paused) {
        throw core::restart_failed("the engine is away, or somebody else has paused it");
    }
    ports::held_target held;
    if (now.number != herd::number_of(mine.incarnation) || now.state == target_state::down) {
        held.refusal.refused_by = core::guard::already_restarted;
    } else if (now.state != target_state::healthy) {
        held.refusal.refused_by = core::guard::unsteady;
    } else {
        held.note =
            does_.action == "pause" ? sim_pause::note_of(mine, group_) : sim_hold::note_of(does_.action, mine, group_);
        if (does_.is_one_of_several) {
            scene_.rare.note(rare_state::did_one_of_several);
        }
    }
    co_return held;
}

/// From here on something may have been done: it returns, whatever happens.
async::awaitable<ports::act_result> sim_driver::carry_out(core::target t, std::uint64_t number) {
    const async::frame here;
    const std::uint64_t id = scene_.log.next_id();
    std::vector<std::string> falls;
    for (const herd::bond& b : herd_.who_is_bound_to(t.id)) {
        falls.push_back(b.name);
    }
    scene_.log.tell(sim::act{.id = id,
                             .group = group_,
                             .target = t.id,
                             .incarnation = t.incarnation,
                             .message = process_.messages().whose(group_, t.id, t.incarnation),
                             .reach = std::move(falls),
                             .untold = herd_.who_falls_unforetold(t.id),
                             .action = std::string(act())});
    process_.messages().reach(t.id, t.incarnation, stage::acting);
    if (herd_.is_in_several_groups(t.id)) {
        scene_.rare.note(rare_state::two_groups_one_target);
    }
    const dice::outcome doubtful = scene_.dice.roll(fault::doubtful_act);
    const dice::outcome lost = scene_.dice.roll(fault::lost_act);
    const dice::outcome repeated = scene_.dice.roll(fault::repeated_act);
    ports::act_result result;
    result.is_in_doubt = doubtful.comes_about;
    std::optional<standing_trouble> stands;
    if (doubtful || lost) {
        stands.emplace(scene_.log, trouble_kind::engine, group_, "an act without a true answer");
    }
    if (doubtful && doubtful.choice >= 0.3) {
        const std::chrono::nanoseconds after = spread(doubtful.severity, 10ms, 90s);
        herd_.hit_later(t.id, number, id, after);
    } else if (!lost && !(doubtful && doubtful.choice >= 0.15)) {
        herd_.hit(t.id, number, id, "TERM");
        if (repeated) {
            herd_.hit(t.id, number, id, "TERM");
        }
    }
    process_.messages().reach(t.id, t.incarnation, stage::acted);
    if (process_.messages().is_saving() && (doubtful || herd_.dies_slowly(t.id))) {
        scene_.ambush.spring(weak_moment::act_is_unsaved, 20ms, t.id);
    }
    process_.note_call();
    const dice::outcome slow = scene_.dice.roll(fault::slow_act);
    if (slow) {
        stands.reset();
        stands.emplace(scene_.log, trouble_kind::engine, group_, "an act is answered late");
        const std::chrono::nanoseconds answer = spread(slow.severity, 1ms, 1min);
        try {
            co_await process_.spend(answer);
        } catch (const std::exception&) {
            result.is_in_doubt = true;  // cancelled: nobody knows what the answer would have been
        }
    }
    co_return result;
}

async::awaitable<std::optional<core::target>> sim_driver::successor(const core::target& t) {
    const async::frame here;
    const core::target mine = t;
    co_await process_.spend(usual / 10);
    const dice::outcome blind = scene_.dice.roll(fault::blind_look);
    const herd::life& now = herd_.of(mine.id);
    if (blind) {
        const standing_trouble stands(scene_.log, trouble_kind::engine, group_, "a look does not see");
    }
    std::optional<core::target> found;
    if (!blind && process_.is_alive() && now.number > herd::number_of(mine.incarnation) &&
        now.state == target_state::healthy) {
        found = herd_.describe(mine.id);
    }
    process_.note_call();
    if (blind) {
        throw core::unseen("the engine is away");
    }
    co_return found;
}

core::reach sim_driver::reach_of(const std::string& name) const {
    core::reach r;
    for (const herd::bond& b : herd_.who_falls_with(name)) {
        r.falls.push_back({.id = b.name,
                           .incarnation = herd_.describe(b.name).incarnation,
                           .because = "falls with " + b.with,
                           .protected_as = herd_.is_protected(b.name) ? "a bull" : "",
                           .is_meant = herd_.is_in(b.name, group_)});
    }
    return r;
}

async::awaitable<std::vector<core::reach>> sim_driver::reach_of(std::vector<core::target> targets) {
    const async::frame here;
    co_await process_.take_time(fault::slow_list, usual / 10, 8s, trouble_kind::engine, group_);
    const dice::outcome fails = scene_.dice.roll(fault::failed_list);
    std::vector<core::reach> found(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (fails || !process_.is_alive()) {
            found[i].unknown = "the engine is away";
        } else {
            found[i] = reach_of(targets[i].id);
        }
    }
    process_.note_call();
    co_return found;
}

async::awaitable<std::optional<std::vector<std::string>>> sim_driver::lives_of(std::vector<std::string> ids) {
    const async::frame here;
    co_await process_.spend(usual / 10);
    const dice::outcome blind = scene_.dice.roll(fault::blind_look);
    std::optional<std::vector<std::string>> lives;
    if (!blind && process_.is_alive()) {
        lives.emplace();
        for (const std::string& id : ids) {
            const herd::life& now = herd_.of(id);
            lives->push_back(now.state == target_state::healthy ? herd::incarnation_of(now.number) : "");
        }
    }
    process_.note_call();
    co_return lives;
}

ports::departure sim_driver::departure_of(const std::string& name, std::uint64_t number) const {
    const herd::life& now = herd_.of(name);
    const bool is_there = now.number == number && now.state != target_state::down;
    ports::departure d;
    d.is = is_there ? core::passing::stands : core::passing::ended;
    d.seen = is_there ? "it is still there" : "it has ended, and has not come back";
    if (now.is_taken && now.state == target_state::down) {
        d.end.how = core::end_seen::way::asked_for;
        d.end.told_by = "an operator stopped it";
        scene_.rare.note(rare_state::taken_over);
    }
    return d;
}

async::awaitable<ports::departure> sim_driver::departure_of(core::target t) {
    const async::frame here;
    co_await process_.spend(usual / 10);
    const dice::outcome blind = scene_.dice.roll(fault::blind_look);
    if (blind) {
        const standing_trouble stands(scene_.log, trouble_kind::engine, group_, "a look does not see");
    }
    ports::departure d;
    if (!blind && process_.is_alive()) {
        d = departure_of(t.id, herd::number_of(t.incarnation));
    }
    process_.note_call();
    if (blind) {
        throw core::unseen("the engine is away");
    }
    co_return d;
}

sim_probe::sim_probe(process& p, herd& targets, std::string group)
    : process_(p), herd_(targets), group_(std::move(group)) {}

async::awaitable<ports::probe_result> sim_probe::ask(const core::target& t) {
    const async::frame here;
    const std::string name = t.id;
    co_await process_.spend(usual / 10);
    const dice::outcome wrong = process_.world().dice.roll(fault::wrong_probe);
    ports::probe_result r;
    r.passes = !wrong && herd_.of(name).state == target_state::healthy;
    r.detail = r.passes ? "it stands" : wrong ? "no answer" : "it does not stand";
    if (wrong) {
        const standing_trouble stands(process_.world().log, trouble_kind::probe, group_, "the probe is wrong");
    }
    co_return r;
}

sim_stop_if::sim_stop_if(process& p, herd& targets, std::string group)
    : process_(p), herd_(targets), group_(std::move(group)) {}

async::awaitable<ports::probe_result> sim_stop_if::ask(const core::target& /*t*/) {
    const async::frame here;
    co_await process_.spend(usual / 10);
    ports::probe_result r;
    r.passes = process_.is_alive() && herd_.is_shop_well(group_);
    r.detail = r.passes ? "the shop is well" : "the shop is not well";
    co_return r;
}

std::unique_ptr<ports::driver> sim_driver_source::make(const app::group_config& g, ports::observer& /*o*/) {
    sim_act does{.is_one_of_several = g.acts.size() > 1};
    if (const auto* const d = std::any_cast<drivers::docker_driver_settings>(&g.driver)) {
        does.action = drivers::to_string(d->action);
        does.lasts = drivers::is_lasting(d->action) ? std::optional(d->terms) : std::nullopt;
    } else if (const auto* const p = std::any_cast<drivers::process_driver_settings>(&g.driver)) {
        does.action = drivers::to_string(p->action);
        does.lasts = drivers::is_lasting(p->action) ? std::optional(p->terms) : std::nullopt;
    }
    return std::make_unique<sim_driver>(process_, herd_, g.settings.name, std::move(does));
}

std::unique_ptr<ports::probe> sim_driver_source::make_probe(const app::group_config& g) {
    return g.probes.empty() ? nullptr : std::make_unique<sim_probe>(process_, herd_, g.settings.name);
}

std::unique_ptr<ports::probe> sim_driver_source::make_stop_if(const app::group_config& g) {
    return g.stop_if.empty() ? nullptr : std::make_unique<sim_stop_if>(process_, herd_, g.settings.name);
}

}  // namespace mayhem::sim
