#include "api/inspection.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>
#include <list>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "assembly/bystander.hpp"
#include "assembly/group_drivers.hpp"
#include "assembly/leave_to_fleet.hpp"
#include "config/store_path.hpp"
#include "drivers/contract/explainer.hpp"
#include "halts/halt_look.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/task_handle.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "pipeline/model/list_targets.hpp"
#include "record/guard_snapshot.hpp"
#include "stores/null/null_store.hpp"

namespace mayhem::app {

namespace {

constexpr std::chrono::seconds limit_alone{30};  // of a command that runs beside the daemon

/// What the guards read: the file, or nothing when there is none yet.
struct record {
    explicit record(const std::filesystem::path& store) {
        const system::owner_rights rights = act_as_owner_of(store);
        std::error_code unknown;
        if (std::filesystem::exists(store, unknown) || unknown) {
            snapshot.emplace(store);
        }
    }
    ports::restart_record& get() { return snapshot ? static_cast<ports::restart_record&>(*snapshot) : empty; }

    std::optional<stores::guard_snapshot> snapshot;
    stores::null_store empty;
};

bool is_meant(const core::target& t, const std::optional<std::string>& only) {
    return !only || t.id == *only || t.name == *only;
}

/// What the calendar was asked, for who does not have the config in mind: "it is Fri 2026-11-27 10:41 in Etc/UTC, the
/// hours are 09:00-12:30".
std::string describe_calendar(const core::calendar& c, core::wall_time now) {
    const std::chrono::local_seconds local = c.local(std::chrono::floor<std::chrono::seconds>(now));
    constexpr std::array<const char*, 7> names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    std::string text = fmt::format("it is {:%a %Y-%m-%d %H:%M} in {}, the hours are ",
                                   fmt::gmtime(local.time_since_epoch().count()), c.rules().zone.name());
    for (const core::time_window& w : c.rules().hours) {
        text += (&w == &c.rules().hours.front() ? "" : ", ") + core::to_string(w);
    }
    std::string days;
    for (unsigned day = 0; day < names.size(); ++day) {
        if (c.rules().days.test(day)) {
            days.append(days.empty() ? " of " : ", ").append(names[day]);
        }
    }
    return c.rules().days.all() ? text : text + days;
}

async::awaitable<std::string> who_starts_again(ports::driver& d, core::target t) {
    const async::frame here;
    std::string owner;
    if (auto* const explainer = dynamic_cast<drivers::explainer*>(&d)) {
        try {
            owner = co_await explainer->who_starts_again(std::move(t));
        } catch (const std::exception& e) {
            owner = std::string("who starts it again cannot be told: ") + e.what();
        }
        async::throw_if_cancelled();
    }
    co_return owner;
}

async::awaitable<target_verdict> judge(core::target t, core::act what, pipeline::group& g,
                                       const pipeline::guard_look& look, const pipeline::group_seen& seen) {
    const async::frame here;
    core::message m;
    m.group = g.settings.name;
    m.target = t;
    m.act = std::move(what);
    const core::wall_time now = async::this_loop().clock().wall_now();
    m.expires_at = now + std::chrono::duration_cast<core::duration>(g.settings.expires_after);
    const core::guard_facts facts = co_await look.ask_all(m, g, &seen);
    target_verdict verdict;
    verdict.answers = core::explain(facts);
    std::string owner = co_await who_starts_again(pipeline::driver_of(g, m), t);
    if (!owner.empty()) {
        verdict.answers.insert(verdict.answers.end() - 1, {core::guard::would_stay_dead, false, std::move(owner)});
    }
    verdict.target = std::move(t);
    for (core::guard_answer& a : verdict.answers) {
        if (g.plan && (a.guard == core::guard::outside_hours || (a.guard == core::guard::excluded_day && a.refuses))) {
            a.looked_at += ": " + describe_calendar(g.plan->calendar(), facts.now);
        }
    }
    co_return verdict;
}

/// A cancellation leaves `view` with what was found, and with its trouble.
async::awaitable<void> view_group(pipeline::group& g, const pipeline::guard_look& look,
                                  const std::optional<std::string>& only, group_view& view) {
    const async::frame here;
    pipeline::group_seen seen{.acted_on = g.state.acted_on()};
    view.next = g.plan ? g.plan->next(async::this_loop().clock().wall_now()) : std::nullopt;
    const pipeline::group_acts::entry& act =
        view.next ? g.acts.draw(g.plan->stream_of(*view.next)) : g.acts.own().front();
    view.what = act.what;
    try {
        seen.members = co_await pipeline::list_targets(*act.by);
    } catch (const core::targets_unlisted& e) {
        view.trouble = e.what();
        co_return;
    }
    pipeline::note_members(g, *act.by, seen.members);
    std::vector<core::target> meant;
    std::ranges::copy_if(seen.members, std::back_inserter(meant),
                         [&only](const core::target& t) { return is_meant(t, only); });
    std::vector<core::reach> reaches;
    ports::neighbourhood* const around = act.by->neighbours();
    if (around != nullptr && !meant.empty()) {
        reaches = co_await around->reach_of(meant);
    }
    for (std::size_t i = 0; i < meant.size(); ++i) {
        seen.reach = around == nullptr ? nullptr : std::make_shared<const core::reach>(std::move(reaches[i]));
        target_verdict verdict = co_await judge(std::move(meant[i]), act.what, g, look, seen);
        view.targets.push_back(std::move(verdict));
    }
    view.trouble.clear();
}

/// What a daemon that starts now is halted by; empty: by nothing.
std::string halted_by(const config& c, const std::filesystem::path& store, const record& r) {
    if (c.halted) {
        return "halted = true in the config file";
    }
    if (r.snapshot && r.snapshot->is_halted()) {
        return "by a command, as the database says";
    }
    const std::filesystem::path file = c.halt_file.value_or(default_halt_file(store));
    const halt_look found = look_at_halt_file(file);
    if (!found) {
        return "the file " + file.string() + " cannot be looked at (" + found.error() + ")";
    }
    return *found ? "the file " + file.string() + " is there" : "";
}

void explain_halt(std::vector<group_view>& views, const std::string& halted) {
    for (group_view& v : views) {
        for (target_verdict& t : v.targets) {
            const auto found = std::ranges::find(t.answers, core::guard::halted, &core::guard_answer::guard);
            if (found != t.answers.end() && !halted.empty()) {
                found->looked_at += ": " + halted;
            }
        }
    }
}

}  // namespace

async::awaitable<std::vector<group_view>> view_groups(std::list<pipeline::group>& groups, pipeline::guard_look look,
                                                      std::optional<std::string> only, std::chrono::nanoseconds limit) {
    const async::frame here;
    std::vector<group_view> views(groups.size());
    std::vector<async::awaitable<std::optional<std::monostate>>> looks;
    auto view = views.begin();
    for (pipeline::group& g : groups) {
        view->group = g.settings.name;
        view->trouble = "not done within " + core::format_duration(limit);
        looks.push_back(async::with_timeout(view_group(g, look, only, *view++), limit));
    }
    const auto looked = co_await async::gather_settled(std::move(looks));
    for (const auto& each : looked) {
        each.rethrow_if_failed();
    }
    co_return views;
}

const core::guard_answer* target_verdict::refusal() const noexcept {
    const auto found = std::ranges::find_if(
        answers, [](const core::guard_answer& a) { return a.refuses && a.guard != core::guard::dry_run; });
    return found == answers.end() ? nullptr : &*found;
}

std::vector<group_view> only_target(std::vector<group_view> views, const std::string& name) {
    for (group_view& v : views) {
        std::erase_if(v.targets, [&name](const target_verdict& t) { return !is_meant(t.target, name); });
    }
    return views;
}

std::vector<group_view> inspect(const config& c, const std::filesystem::path& store,
                                const std::optional<std::string>& only) {
    bystander around(c);
    record on_record(store);
    const std::string halted = halted_by(c, store, on_record);
    pipeline::halt_switch halt;
    if (!halted.empty()) {  // by whom and through which door is said below
        (void)halt.halt({.door = pipeline::halt_door::command, .who = halted, .why = {}});
    }
    const pipeline::acted_incarnations acted;  // the daemon's own are not on record
    const std::optional<std::uint64_t> seed =
        c.seed ? c.seed : (on_record.snapshot ? on_record.snapshot->seed() : std::nullopt);
    const core::random_source random(seed.value_or(0));
    std::list<warning_collector> told;
    std::list<std::unique_ptr<ports::driver>> drivers;
    std::vector<std::unique_ptr<ports::probe>> probes;
    std::list<pipeline::group> groups;
    for (const group_config& g : c.groups) {
        warning_collector& warned = told.emplace_back();
        pipeline::group_acts acts = make_acts(
            g, [&around, &warned](const group_config& of) { return around.make_driver(of, warned); }, drivers);
        probes.push_back(around.make_probe(g));
        ports::probe* const probe = probes.back().get();
        probes.push_back(around.make_stop_if(g));
        groups.push_back({.settings = g.settings,
                          .driver = *acts.own().front().by,
                          .random = random,
                          .plan = std::nullopt,
                          .probe = probe,
                          .stop_if = probes.back().get(),
                          .state = {},
                          .acts = std::move(acts)});
        if (g.settings.is_shared) {
            leave_to_fleet(groups.back().settings);
        }
        if (g.settings.schedule) {
            groups.back().plan.emplace(*g.settings.schedule, random, g.settings.name);
        }
        if (on_record.snapshot) {
            groups.back().state.restore(on_record.snapshot->recall(g.settings.name));
        }
    }
    std::vector<group_view> views =
        async::run(around.loop(), "inspection",
                   view_groups(groups, {halt, acted, on_record.get(), c.handling.dry_run}, only, limit_alone));
    explain_halt(views, halted);
    for (group_view& v : views) {
        v.next = seed ? v.next : std::nullopt;  // the daemon will draw its own
    }
    auto view = views.begin();
    for (const warning_collector& w : told) {
        (view++)->warnings = w.warnings();
    }
    return views;
}

}  // namespace mayhem::app
