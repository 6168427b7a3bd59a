#include "api/status_json.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

json messages_json(const telemetry::metrics& m) {
    return {{"published", m.published},
            {"acked", m.acked},
            {"nacked", m.nacked},
            {"dead_lettered", m.dead_lettered},
            {"restarted", m.restarted},
            {"recovered", m.recovered},
            {"not_recovered", m.not_recovered},
            {"unstable", m.unstable},
            {"taken_over", m.taken_over},
            {"not_ended", m.not_ended},
            {"not_tolerated", m.not_tolerated},
            {"aborted", m.aborted},
            {"no_effect", m.no_effect},
            {"fault_stuck", m.fault_stuck}};
}

json actions_json(const pipeline::group& g) {
    json all = json::array();
    for (const pipeline::group_acts::entry& e : g.acts.own()) {
        all.push_back({{"action", e.what.name}, {"parameters", e.what.with}, {"weight", e.weight}});
    }
    return all;
}

json requests_json(const std::vector<request_queue_facts>& queues) {
    json all = json::array();
    for (const request_queue_facts& q : queues) {
        all.push_back({{"queue", q.name},
                       {"host", q.host},
                       {"trouble", q.trouble},
                       {"held", q.held},
                       {"received", q.counts.received},
                       {"done", q.counts.done},
                       {"given_back", q.counts.given_back},
                       {"given_up", q.counts.given_up},
                       {"leases_lost", q.counts.leases_lost}});
    }
    return all;
}

json standing_json(const pipeline::span_keeper& spans) {
    json all = json::array();
    const auto moment = [](const std::optional<core::wall_time>& t) { return t ? json(core::utc_text(*t)) : json(); };
    for (const pipeline::span_keeper::standing_span& s : spans.standing()) {
        all.push_back({{"name", s.note.name},
                       {"action", s.note.action},
                       {"done", s.done},
                       {"since", moment(s.since)},
                       {"until", moment(s.until)},
                       {"effect", s.effect},
                       {"how_to_see", s.how_to_see},
                       {"stuck", s.stuck.empty() ? json() : json(s.stuck)}});
    }
    return all;
}

/// Who reads it may be in another folder.
std::string whole_path(const std::filesystem::path& p) {
    std::error_code unknown;
    const std::filesystem::path whole = p.empty() ? p : std::filesystem::absolute(p, unknown);
    return unknown ? p.string() : whole.string();
}

json queue_json(const flow& f) {
    const ports::queue_depth depth = f.queue().depth();
    return {{"waiting", depth.waiting}, {"in_flight", depth.leased}, {"delayed", depth.delayed}};
}

}  // namespace

json halt_json(const pipeline::halt_switch& halt) {
    json reasons = json::array();
    for (const pipeline::halt_reason& r : halt.reasons()) {
        reasons.push_back(
            {{"door", to_string(r.door)}, {"who", r.who}, {"since", core::utc_text(r.since)}, {"why", r.why}});
    }
    return {{"is_halted", halt.is_halted()}, {"reasons", std::move(reasons)}};
}

json status_json(controlled& daemon, const pipeline::halt_switch& halt, async::loop& loop) {
    const daemon_facts facts = daemon.facts();
    json all{{"version", MAYHEM_VERSION},
             {"pid", ::getpid()},
             {"phase", facts.phase},
             {"waits_for", facts.waits_for},
             {"dry_run", facts.dry_run},
             {"halt", halt_json(halt)},
             {"started_at", core::utc_text(facts.started_at)},
             {"uptime_seconds", core::to_seconds(loop.clock().wall_now() - facts.started_at)},
             {"life", facts.life},
             {"seed", facts.seed},
             {"config", whole_path(facts.config_file)},
             {"store", whole_path(facts.store)},
             {"live_tasks", loop.live_tasks()},
             {"messages", messages_json(daemon.counts())},
             {"groups", json::array()},
             {"standing", standing_json(daemon.spans())},
             {"queue", nullptr}};
    if (!facts.requests.empty()) {
        all["requests"] = requests_json(facts.requests);
    }
    if (facts.fleet) {
        all["fleet"] = {{"name", facts.fleet->name},
                        {"host", facts.fleet->host},
                        {"absence", facts.fleet->absence},
                        {"is_halted", facts.fleet->is_halted},
                        {"untold", facts.fleet->untold}};
    }
    if (const std::shared_ptr<flow> current = daemon.current_flow()) {
        all["queue"] = queue_json(*current);
        const bool is_dry = daemon.current_config().handling.dry_run;
        for (const pipeline::group& g : current->groups()) {
            const std::optional<core::breaker>& breaker = g.state.breaker();
            all["groups"].push_back({{"group", g.settings.name},
                                     {"driver", g.driver.kind()},
                                     {"actions", actions_json(g)},
                                     {"dry_run", g.settings.dry_run.value_or(is_dry)},
                                     {"breaker", breaker ? json(breaker->reason) : json()}});
        }
    }
    return all;
}

json tasks_json(const std::vector<async::task_info>& tasks) {
    json all = json::array();
    for (const async::task_info& t : tasks) {
        json stack = json::array();
        for (const async::frame_info& f : t.stack) {
            stack.push_back({{"function", f.function},
                             {"file", f.file},
                             {"line", f.line},
                             {"awaits", f.awaits},
                             {"depth", f.depth}});
        }
        all.push_back({{"id", t.id},
                       {"group", t.group},
                       {"name", t.name},
                       {"age_seconds", core::to_seconds(t.age)},
                       {"cpu_seconds", core::to_seconds(t.cpu)},
                       {"resumes", t.resumes},
                       {"is_cancelled", t.cancelled},
                       {"created_at", {{"file", t.created_at.file_name()}, {"line", t.created_at.line()}}},
                       {"stack", std::move(stack)},
                       {"text", async::to_string(t)}});
    }
    return {{"tasks", std::move(all)}};
}

}  // namespace mayhem::app
