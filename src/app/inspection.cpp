#include "app/inspection.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include "app/flow.hpp"
#include "app/halt_desk.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "pipeline/guard_check.hpp"
#include "probes/make_probe.hpp"
#include "stores/guard_snapshot.hpp"
#include "stores/null_store.hpp"
#include "telemetry/logging.hpp"

namespace mayhem::app {

namespace {

constexpr std::chrono::seconds list_timeout{30};

class silent_observer final : public ports::observer {
public:
    void observe(const ports::step&) noexcept override {}
    void warn(std::string_view) noexcept override {}
};

/// What the guards read: the file, or nothing when there is none yet.
struct record {
    explicit record(const std::filesystem::path& store) {
        if (std::filesystem::exists(store)) {
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

async::awaitable<target_verdict> judge(core::target t, pipeline::group& g, record& r, core::guard_facts facts) {
    const async::frame here;
    core::message m;
    m.group = g.settings.name;
    m.target = t;
    const core::wall_time now = async::this_loop().clock().wall_now();
    m.expires_at = now + std::chrono::duration_cast<core::duration>(g.settings.expires_after);
    facts.expires_at = m.expires_at;
    facts = co_await pipeline::look(m, g, r.get(), std::move(facts), true);
    target_verdict verdict;
    verdict.target = std::move(t);
    verdict.answers = core::explain(facts);
    co_return verdict;
}

async::awaitable<void> view_group(pipeline::group& g, record& r, core::guard_facts known,
                                  const std::optional<std::string>& only, group_view& view) {
    const async::frame here;
    std::optional<std::vector<core::target>> listed;
    try {
        listed = co_await async::with_timeout(g.driver.list(), list_timeout);
        view.trouble = listed ? "" : "no answer within 30 s";
    } catch (const core::store_failed&) {
        throw;
    } catch (const std::runtime_error& e) {
        view.trouble = e.what();
    }
    if (!listed) {
        co_return;
    }
    for (core::target& t : *listed) {
        if (is_meant(t, only)) {
            target_verdict verdict = co_await judge(std::move(t), g, r, known);
            view.targets.push_back(std::move(verdict));
        }
    }
}

bool is_halted(const config& c, const std::filesystem::path& store, const record& r) {
    std::error_code ignored;  // a file that cannot be looked at is none
    return c.halted || (r.snapshot && r.snapshot->is_halted()) ||
           std::filesystem::exists(c.halt_file.value_or(default_halt_file(store)), ignored);
}

}  // namespace

const core::guard_answer* target_verdict::refusal() const noexcept {
    const auto found = std::ranges::find_if(
        answers, [](const core::guard_answer& a) { return a.refuses && a.guard != core::guard::dry_run; });
    return found == answers.end() ? nullptr : &*found;
}

std::vector<group_view> inspect(const config& c, const std::filesystem::path& store,
                                const std::optional<std::string>& only) {
    async::real_clock clock;
    async::loop loop(clock);
    async::thread_pool pool(2, "mayhem-io");
    telemetry::logging logging({.lowest = telemetry::level::critical});
    silent_observer observer;
    record on_record(store);
    const pipeline::halt_switch halt;
    const core::guard_facts known{.halted = is_halted(c, store, on_record), .dry_run = c.handling.dry_run};
    std::exception_ptr failure;
    const auto on_failure = [&failure](const async::task_failure& f) { failure = f.error; };
    const flow::surroundings surroundings{.loop = loop,
                                          .pool = pool,
                                          .store = on_record.empty,
                                          .observer = observer,
                                          .log = logging.get(),
                                          .halt = halt,
                                          .random = core::random_source(c.seed.value_or(0)),
                                          .on_failure = on_failure,
                                          .stream_name = "inspection",
                                          .state_folder = store.parent_path()};
    drivers::pause_keeper pauses(pool, surroundings.state_folder / "paused", [](std::string_view) {});
    std::vector<group_view> views(c.groups.size());
    std::vector<std::unique_ptr<ports::driver>> drivers;
    std::vector<std::unique_ptr<ports::probe>> probes;
    std::list<pipeline::group> groups;
    async::task_group tasks(loop, "inspection", on_failure);
    for (std::size_t i = 0; i < c.groups.size(); ++i) {
        const group_config& g = c.groups[i];
        drivers.push_back(make_group_driver(g, surroundings, pauses));
        probes.push_back(g.probe ? probes::make_probe(*g.probe, pool) : nullptr);
        groups.push_back({g.settings, *drivers.back(), surroundings.random, std::nullopt, probes.back().get()});
        if (g.settings.schedule) {
            groups.back().plan.emplace(*g.settings.schedule, surroundings.random, g.settings.name);
        }
        views[i].group = g.settings.name;
        if (on_record.snapshot) {
            groups.back().state.restore(on_record.snapshot->recall(g.settings.name));
        }
        tasks.spawn("view", view_group(groups.back(), on_record, known, only, views[i]));
    }
    loop.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return views;
}

}  // namespace mayhem::app
