// mayhem-sim: runs whole daemons in simulated worlds, one seed after another, and says which promises they broke.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "mayhem/core/random.hpp"
#include "sim/chance/shrink.hpp"
#include "sim/world/fleet_run.hpp"
#include "sim/world/world_run.hpp"

namespace mayhem::sim {
namespace {

struct command_line {
    std::uint64_t seed = 1;
    std::uint64_t runs = 1;
    double hours = 0;
    std::string only;
    std::string faults;
    std::string pace;
    std::size_t groups = 0;
    std::size_t hosts = 1;
    std::size_t tries = 200;
    std::string events;
    std::string log_level = "off";
    bool is_for_ever = false;
    bool goes_on = false;
    bool is_checked_twice = false;
    bool demands_rare_states = false;
};

struct sum {
    std::uint64_t runs = 0;
    std::uint64_t broken = 0;
    std::uint64_t excused = 0;
    std::uint64_t kills = 0;
    std::uint64_t lives = 0;
    std::uint64_t messages = 0;
    std::uint64_t acts = 0;
    std::uint64_t steps = 0;
    std::uint64_t trace = 0;  ///< of all runs, in whatever order
    std::chrono::nanoseconds simulated{};
    sometimes rare;
    std::map<std::string, tally> tallies;

    void add(const run_result& r) {
        ++runs;
        broken += r.is_clean() ? 0 : 1;
        excused += r.found.excuses().size();
        kills += r.kills;
        lives += r.lives;
        messages += r.messages;
        acts += r.acts;
        steps += r.steps;
        trace += r.hash;
        simulated += r.simulated;
        rare.add(r.rare);
        for (const auto& [name, t] : r.found.tallies()) {
            tally& all = tallies[name];
            all.decided += t.decided;
            all.undecided += t.undecided;
            all.broken += t.broken;
            all.excused += t.excused;
        }
    }
};

/// For whoever finds the program dead: which run it was.
char now_running[160];

void tell_which(int number) {
    (void)!::write(STDERR_FILENO, now_running, std::char_traits<char>::length(now_running));
    (void)std::signal(number, SIG_DFL);
    (void)std::raise(number);
}

std::string command_for(const command_line& c, std::uint64_t seed) {
    std::string text = fmt::format("mayhem-sim --seed {}", seed);
    if (c.hours > 0) {
        text += fmt::format(" --hours {}", c.hours);
    }
    if (!c.only.empty()) {
        text += " --only " + c.only;
    }
    if (!c.faults.empty()) {
        text += " --faults " + c.faults;
    }
    if (!c.pace.empty()) {
        text += " --pace " + c.pace;
    }
    if (c.groups > 0) {
        text += fmt::format(" --groups {}", c.groups);
    }
    if (c.hosts > 1) {
        text += fmt::format(" --hosts {}", c.hosts);
    }
    return text;
}

void print_failure(const run_result& r) {
    fmt::print("seed {}: broken\n", r.seed);
    for (const violation& v : r.found.violations()) {
        fmt::print("  {}: {}\n", v.promise, v.text);
    }
    for (const std::string& f : r.found.faults_of_log()) {
        fmt::print("  the log is at fault: {}\n", f);
    }
    if (r.is_stuck) {
        fmt::print("  a dead life did not come to its end\n");
    }
    if (!r.broke.empty()) {
        fmt::print("  {}\n", r.broke);
    }
    fmt::print("  the last events:\n");
    for (const std::string& line : r.last_events) {
        fmt::print("    {}\n", line);
    }
}

std::string to_text(const throws& these) {
    std::string text;
    for (const dice::one& o : these) {
        text += (text.empty() ? "" : ",") + to_string(o);
    }
    return text;
}

/// What a run needs of all that came about in it to break the same promise.
throws find_causes(const run_result& broken, run_options o, telemetry::logging& log, std::size_t tries) {
    o.events = nullptr;
    const auto breaks_the_same = [&](const run_result& r) {
        return r.is_stuck == broken.is_stuck && r.broke.empty() == broken.broke.empty() &&
               std::ranges::all_of(broken.found.violations(), [&r](const violation& v) {
                   return std::ranges::count(r.found.violations(), v.promise, &violation::promise) > 0;
               });
    };
    return shrink(
        broken.come_about,
        [&](const std::set<dice::one>& these) {
            o.only = these;
            return breaks_the_same(run_world(broken.seed, o, log));
        },
        tries);
}

void print_sum(const sum& s, double cpu_s) {
    const double hours = std::chrono::duration<double, std::ratio<3600>>(s.simulated).count();
    fmt::print("{} runs, {} broken: {:.0f} simulated hours, {} lives, {} kills, {} messages, {} acts, {} steps\n",
               s.runs, s.broken, hours, s.lives, s.kills, s.messages, s.acts, s.steps);
    fmt::print("{:.1f} s of CPU time: {:.0f} hours and {:.0f} messages a CPU minute\n", cpu_s, hours / cpu_s * 60,
               static_cast<double>(s.messages) / cpu_s * 60);
    fmt::print("trace {:016x}\n", s.trace);
    fmt::print("{:<24} {:>9} {:>9} {:>8} {:>8}\n", "PROMISE", "DECIDED", "UNKNOWN", "EXCUSED", "BROKEN");
    for (const auto& [name, t] : s.tallies) {
        fmt::print("{:<24} {:>9} {:>9} {:>8} {:>8}\n", name, t.decided, t.undecided, t.excused, t.broken);
    }
    fmt::print("SOMETIMES\n");
    for (std::size_t i = 0; i < rare_state_count; ++i) {
        fmt::print("{:<32} {:>9}\n", rare_state_names[i], s.rare.counts()[i]);
    }
}

run_options options_of(const command_line& c) {
    run_options o;
    if (c.hours > 0) {
        o.storm = std::chrono::nanoseconds{static_cast<std::int64_t>(c.hours * 3.6e12)};
    }
    if (!c.only.empty()) {
        const std::vector<dice::one> throws = parse_throws(c.only);
        o.only.emplace(throws.begin(), throws.end());
    }
    o.logs = c.log_level != "off";
    if (c.faults == "none") {
        o.faults = dice::none();
    } else if (c.faults == "all") {
        o.faults.emplace().fill(frequency::often);
    }
    if (!c.pace.empty()) {
        const auto* const found = std::ranges::find(pace_names, c.pace);
        o.pace = static_cast<pace>(found - pace_names.begin());
    }
    if (c.groups > 0) {
        o.groups = c.groups;
    }
    return o;
}

run_result run_one(const command_line& c, std::uint64_t seed, const run_options& options, telemetry::logging& log) {
    return c.hosts > 1 ? run_fleet(seed, c.hosts, options, log) : run_world(seed, options, log);
}

/// Which faults of one host alone do it; of a fleet nobody has found out how to say so.
void print_causes(const command_line& c, const run_result& r, const run_options& options, telemetry::logging& log) {
    if (c.hosts > 1) {
        fmt::print("  again: {}\n", command_for(c, r.seed));
        return;
    }
    const throws causes = find_causes(r, options, log, c.tries);
    command_line alone = c;
    alone.only = to_text(causes);
    fmt::print("  of {} faults these alone do it:\n  again: {}\n", r.come_about.size(), command_for(alone, r.seed));
}

/// Of a fleet's states, or of those of one host alone.
bool may_come_about(const command_line& c, std::size_t state) {
    return (c.hosts > 1) == (state >= host_rare_state_count);
}

int run_all(const command_line& c) {
    telemetry::logging log({.lowest = c.log_level == "off" ? telemetry::level::critical : telemetry::level::info,
                            .format = telemetry::log_format::text});
    run_options options = options_of(c);
    std::ofstream events;
    if (!c.events.empty()) {
        events.open(c.events);
        options.events = &events;
    }
    sum all;
    const std::clock_t began = std::clock();
    for (std::uint64_t i = 0; c.is_for_ever || i < c.runs; ++i) {
        const std::uint64_t seed = c.is_for_ever ? core::random_source::system_seed() : c.seed + i;
        *fmt::format_to_n(now_running, sizeof now_running - 1, "it ended in: {}\n", command_for(c, seed)).out = '\0';
        const run_result r = run_one(c, seed, options, log);
        all.add(r);
        if (!r.is_clean()) {
            print_failure(r);
            print_causes(c, r, options, log);
            if (!c.goes_on) {
                break;
            }
        }
        if (c.is_checked_twice) {
            (void)run_one(c, seed + 1, options_of(c), log);
            const run_result again = run_one(c, seed, options_of(c), log);
            if (again.hash != r.hash) {
                fmt::print("seed {}: not the same twice\n", seed);
                ++all.broken;
            }
        }
    }
    print_sum(all, static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC);
    if (c.demands_rare_states) {
        for (std::size_t i = 0; i < rare_state_count; ++i) {
            if (may_come_about(c, i) && all.rare.counts()[i] == 0) {
                fmt::print("{} never came about: the simulation has gone blind there\n", rare_state_names[i]);
                ++all.broken;
            }
        }
    }
    return all.broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace mayhem::sim

int main(int argc, char** argv) {
    CLI::App app("Runs whole daemons in simulated worlds, and says which promises they broke.");
    mayhem::sim::command_line c;
    app.add_option("--seed", c.seed, "The first run's; the others follow");
    app.add_option("--runs", c.runs, "How many");
    app.add_option("--hours", c.hours, "Length of each storm; otherwise drawn");
    app.add_option("--only", c.only, "Let these faults alone come about: kill:3,halt:1");
    app.add_option("--faults", c.faults, "none, or all; otherwise drawn")->check(CLI::IsMember({"none", "all"}));
    app.add_option("--pace", c.pace, "hectic, busy or ordinary: how much goes on; otherwise drawn")
        ->check(CLI::IsMember({"hectic", "busy", "ordinary"}));
    app.add_option("--groups", c.groups, "So many; otherwise drawn");
    app.add_option("--hosts", c.hosts, "So many hosts, which share a group: a fleet")->check(CLI::Range(1, 1000));
    app.add_option("--tries", c.tries, "In so many runs at most it is found out which faults break a run");
    app.add_option("--events", c.events, "Write every event to this file, for mayhem-judge");
    app.add_option("--log", c.log_level, "off, or info: what the daemon logs")->check(CLI::IsMember({"off", "info"}));
    app.add_flag("--forever", c.is_for_ever, "Draw new seeds until something breaks");
    app.add_flag("--go-on", c.goes_on, "Do not end at the first broken run");
    app.add_flag("--twice", c.is_checked_twice, "Run each seed twice, and compare every step");
    app.add_flag("--sometimes", c.demands_rare_states, "Fail if one of the rare states never came about");
    CLI11_PARSE(app, argc, argv);
    (void)std::setvbuf(stdout, nullptr, _IOLBF, 0);
    (void)std::signal(SIGABRT, &mayhem::sim::tell_which);
    (void)std::signal(SIGTERM, &mayhem::sim::tell_which);
    (void)std::signal(SIGSEGV, &mayhem::sim::tell_which);
    return mayhem::sim::run_all(c);
}
