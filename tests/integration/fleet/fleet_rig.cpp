#include "integration/fleet/fleet_rig.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/judge/judge.hpp"

namespace mayhem::testing {

namespace {

using namespace std::chrono_literals;
using sim::event;
using sim::when;

/// A signal was sent at most so long before its process noted it, however busy the machine.
constexpr core::duration noted_within = 1s;

/// An event between the two, in microseconds since 1970, that began to be counted at `zero`.
when between(std::int64_t earliest, std::int64_t latest, core::wall_time zero) {
    const core::wall_time first{core::duration{earliest}};
    const core::wall_time last{core::duration{std::max(earliest, latest)}};
    return {.seq = 0, .steady = {first - zero, last - zero}, .wall = {first, last}};
}

std::int64_t microseconds(fleet_rig::clock::time_point t) {
    return std::chrono::duration_cast<core::duration>(t.time_since_epoch()).count();
}

std::vector<std::string> split(const std::string& text, char by) {
    std::vector<std::string> parts;
    std::istringstream from(text);
    for (std::string part; std::getline(from, part, by);) {
        parts.push_back(part);
    }
    return parts;
}

/// What one process wrote down.
struct note_of_worker {
    bool is_term = false;
    std::int64_t at = 0;
    std::string life;
    std::string number;  ///< of the worker, and so of its group
};

std::vector<note_of_worker> notes_of(const workers& herd) {
    std::vector<note_of_worker> all;
    for (const std::string& line : split(herd.notes(), '\n')) {
        const std::vector<std::string> fields = split(line, '\t');
        if (fields.size() < 4) {
            continue;  // still being written
        }
        const std::string name = "work-" + herd.marker() + "-";
        const std::size_t number = fields[3].find(name) + name.size();
        all.push_back({.is_term = fields[0] == "term",
                       .at = std::stoll(fields[1]),
                       .life = fields[2],
                       .number = fields[3].substr(number, fields[3].find(' ', number) - number)});
    }
    return all;
}

/// PID:START_TICKS, as the processes call themselves, of what the database has: with the boot behind it.
std::string life_in(const std::string& incarnation) {
    return incarnation.substr(0, incarnation.find(':', incarnation.find(':') + 1));
}

}  // namespace

fleet_rig::fleet_rig(const test::postgres_bed& primary, const std::vector<std::string>& ports, terms t)
    : primary_(primary), ports_(ports), terms_(t) {
    EXPECT_EQ(as_admin({"init", "--dbname", "fleet"}).ended, "exit 0");
    for (std::size_t i = 0; i < t.hosts; ++i) {
        host& h = hosts_.emplace_back("h" + std::to_string(i + 1), t.groups);
        const finished added = as_admin({"add-host", h.name, "--json", "--dbname", "fleet"});
        EXPECT_EQ(added.ended, "exit 0") << added.log;
        const std::string secret =
            h.folder.write("pass", nlohmann::json::parse(added.out).at("password").get<std::string>() + "\n");
        std::filesystem::permissions(secret, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        h.config = h.folder.write("mayhem.toml", config_of(h, secret));
    }
    for (std::size_t g = 1; g <= t.groups; ++g) {
        const finished adopted = as_admin({"adopt", "w" + std::to_string(g), "-c", hosts_.front().config});
        EXPECT_EQ(adopted.ended, "exit 0") << adopted.log;
    }
}

finished fleet_rig::as_admin(std::vector<std::string> words) const {
    words.insert(words.begin(), {mayhem, "fleet"});
    words.insert(words.end(), {"--database", primary_.folder().string() + ":" + primary_.port(), "--user", "postgres"});
    return run(words);
}

std::string fleet_rig::config_of(const host& h, const std::string& secret) const {
    std::string addresses;
    for (const std::string& port : ports_) {
        addresses += (addresses.empty() ? "\"127.0.0.1:" : ", \"127.0.0.1:") + port + "\"";
    }
    std::string text = "dry_run = false\nseed = 7\n[fleet]\nname = \"shop\"\nhost = \"" + h.name + "\"\ndatabase = [" +
                       addresses + "]\ndbname = \"fleet\"\nuser = \"mayhem_" + h.name + "\"\npassword_file = \"" +
                       secret + "\"\n";
    for (std::size_t g = 1; g <= terms_.groups; ++g) {
        const std::string number = std::to_string(g);
        text += "[group.w" + number + "]\nscope = \"fleet\"\ndriver = \"process\"\ncommand_line = \"work-" +
                h.herd.marker() + "-" + number +
                "\"\nmean_time_between = \"10s\"\ndays = [\"mon-sun\"]\nhours = [\"00:00-24:00\"]\ntimezone = \"UTC\"\n"
                "min_healthy = " +
                std::to_string(terms_.min_healthy) + "\nmax_unavailable = " + std::to_string(terms_.max_unavailable) +
                "\nrecovery_timeout = \"5s\"\nrecovery_poll = \"50ms\"\nstable_for = \"0s\"\nmax_failures = 0\n"
                "allow_terminal = true\nshow_arguments = true\n";
    }
    return text;
}

void fleet_rig::start(host& h) const {
    h.daemon.emplace(std::vector<std::string>{mayhem, "run", "-c", h.config, "--store", h.folder / "mayhem.db",
                                              "--socket", h.folder / "control.sock"});
}

void fleet_rig::start_all() {
    for (host& h : hosts_) {
        start(h);
    }
    for (host& h : hosts_) {
        ASSERT_TRUE(h.daemon->says("Connected to the fleet's database")) << h.daemon->log();
    }
}

void fleet_rig::stop_all() {
    for (host& h : hosts_) {
        h.daemon->kill(SIGTERM);
    }
    for (host& h : hosts_) {
        EXPECT_EQ(h.daemon->end(), "exit 0") << h.daemon->log();
    }
}

void fleet_rig::halt() { halt_or_resume("halt", sim::fleet_step::halted); }

void fleet_rig::resume() { halt_or_resume("resume", sim::fleet_step::resumed); }

void fleet_rig::halt_or_resume(const char* command, sim::fleet_step step) {
    const std::int64_t asked = microseconds(clock::now());
    const finished done = as_admin({command, "--dbname", "fleet"});
    const std::int64_t told = microseconds(clock::now());
    EXPECT_EQ(done.ended, "exit 0") << done.out << done.log;
    const core::wall_time zero{core::duration{microseconds(began_)}};
    halts_.push_back({.at = between(asked, told, zero), .host = "database", .what = sim::fleet_did{.step = step}});
}

std::size_t fleet_rig::deaths() const {
    std::size_t all = 0;
    for (const host& h : hosts_) {
        all += static_cast<std::size_t>(std::ranges::count_if(notes_of(h.herd), &note_of_worker::is_term));
    }
    return all;
}

std::string fleet_rig::logs() const {
    std::string all;
    for (const host& h : hosts_) {
        all += h.name + ":\n" + (h.daemon ? h.daemon->log() : "") + "\n";
    }
    return all;
}

std::vector<event> fleet_rig::witnessed(const test::postgres_bed& record) const {
    const std::int64_t began = microseconds(began_);
    const core::wall_time zero{core::duration{began}};
    std::vector<event> all = halts_;
    std::map<std::string, std::pair<std::string, std::string>> targets;  // life: the target, and its group
    std::vector<std::pair<std::string, note_of_worker>> terms;           // whose
    sim::config_in_force config;
    for (std::size_t g = 1; g <= terms_.groups; ++g) {
        sim::group_in_force& group = config.groups.emplace_back();
        group.name = "w" + std::to_string(g);
        group.is_shared = true;
        group.recovery_timeout = 5s;
        group.limits.min_healthy = terms_.min_healthy;
        group.limits.max_unavailable = terms_.max_unavailable;
    }
    for (const host& h : hosts_) {
        all.push_back({.at = between(began - 2'000'000, began - 2'000'000, zero), .host = h.name, .what = config});
        std::map<std::string, std::int64_t> gone;  // when the last life of a worker was told to end
        for (const note_of_worker& n : notes_of(h.herd)) {
            const std::string target = h.name + "-" + n.number;
            const std::string group = "w" + n.number;
            targets[n.life] = {target, group};
            if (n.is_term) {
                terms.emplace_back(h.name, n);
                gone[n.number] = n.at;
                continue;
            }
            const auto before = gone.find(n.number);
            const std::int64_t since = std::max(n.at - noted_within.count(), before == gone.end() ? 0 : before->second);
            all.push_back({.at = between(since, n.at, zero),
                           .host = h.name,
                           .what = sim::target_is{
                               .target = target, .incarnation = n.life, .groups = {group}, .is_protected = false}});
        }
    }
    std::map<std::string, std::string> message_of;  // life
    const std::string rows = record.sql(
        "SELECT message, host, incarnation, group_name, (extract(epoch FROM planned_at) * 1000000)::bigint, "
        "(extract(epoch FROM granted_at) * 1000000)::bigint, (extract(epoch FROM claimed_at) * 1000000)::bigint, "
        "(extract(epoch FROM expires_at) * 1000000)::bigint FROM mayhem.acts");
    for (const std::string& line : split(rows, '\n')) {
        std::vector<std::string> f = split(line, '|');
        f.resize(8);
        f[2] = life_in(f[2]);
        const std::int64_t granted = std::stoll(f[5]);
        const core::wall_time planned{core::duration{std::stoll(f[4])}};
        all.push_back(
            {.at = between(granted, granted, zero),
             .host = "database",
             .what = sim::fleet_did{
                 .step = sim::fleet_step::granted, .group = f[3], .message = f[0], .by = f[1], .planned_at = planned}});
        if (f[6].empty()) {
            continue;
        }
        const std::int64_t claimed = std::stoll(f[6]);
        all.push_back(
            {.at = between(claimed, claimed, zero),
             .host = "database",
             .what = sim::fleet_did{.step = sim::fleet_step::claimed, .group = f[3], .message = f[0], .by = f[1]}});
        EXPECT_FALSE(message_of.contains(f[2])) << f[2] << " was claimed twice";
        message_of[f[2]] = f[0];
        all.push_back({.at = between(granted, claimed, zero),
                       .host = f[1],
                       .what = sim::journalled{.message = f[0],
                                               .group = f[3],
                                               .target = targets[f[2]].first,
                                               .incarnation = f[2],
                                               .planned_at = planned,
                                               .expires_at = core::wall_time{core::duration{std::stoll(f[7])}},
                                               .origin = sim::origin::unplanned}});
    }
    std::uint64_t acts = 0;
    for (const auto& [name, n] : terms) {
        const auto& [target, group] = targets[n.life];
        const auto message = message_of.find(n.life);
        const std::string id = message == message_of.end() ? "none that is on record" : message->second;
        const when at = between(n.at - noted_within.count(), n.at, zero);
        all.push_back(
            {.at = at,
             .host = name,
             .what = sim::act{.id = ++acts, .group = group, .target = target, .incarnation = n.life, .message = id}});
        all.push_back({.at = at,
                       .host = name,
                       .what = sim::hit{.act = acts, .target = target, .incarnation = n.life, .signal = "TERM"}});
        all.push_back({.at = between(n.at, n.at + 100'000, zero),
                       .host = name,
                       .what = sim::target_is{.target = target,
                                              .incarnation = n.life,
                                              .state = sim::target_state::down,
                                              .groups = {group},
                                              .is_protected = false}});
    }
    return all;
}

sim::findings fleet_rig::judge(std::vector<event> events) {
    std::uint64_t seq = 0;
    std::ranges::stable_sort(events, {}, [](const event& e) { return e.at.steady.earliest; });
    for (event& e : events) {
        e.at.seq = ++seq;
    }
    return sim::judge_all(events);
}

}  // namespace mayhem::testing
