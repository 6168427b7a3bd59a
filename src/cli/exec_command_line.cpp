#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/add_options.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "settings/restart_signal.hpp"

namespace mayhem::cli {

namespace {

constexpr unsigned weight_max = 1000;

/// "freeze", "freeze=3".
exec_options::act read_act(const std::string& text) {
    const std::size_t sign = text.find('=');
    exec_options::act a{.name = text.substr(0, sign)};
    constexpr std::array<std::string_view, 3> known{"kill", "stop", "freeze"};
    if (std::ranges::find(known, a.name) == known.end()) {
        throw CLI::ValidationError("--action", '"' + a.name +
                                                   "\" is none of kill, stop and freeze: what else there is "
                                                   "needs a group of its own, in a config file (mayhem run)");
    }
    if (sign != std::string::npos) {
        const char* const end = text.data() + text.size();
        const auto [read, error] = std::from_chars(text.data() + sign + 1, end, a.weight);
        if (error != std::errc{} || read != end || a.weight < 1 || a.weight > weight_max) {
            throw CLI::ValidationError("--action", "the weight of " + a.name + " must be a whole number of 1 to 1000");
        }
    }
    return a;
}

std::string why_no_duration(const std::string& text) {
    const auto parsed = core::parse_duration(text);
    return parsed ? std::string() : parsed.error();
}

bool does(const exec_options& o, std::string_view action) {
    return std::ranges::find(o.acts, action, &exec_options::act::name) != o.acts.end();
}

/// An option that has no effect is a mistake.
void check_effects(const CLI::App& exec, const exec_options& o) {
    if (exec.count("--hold") > 0 && !does(o, "freeze")) {
        throw CLI::ValidationError("--hold", "has an effect only with --action freeze");
    }
    if (exec.count("--signal") > 0 && !o.acts.empty() && !does(o, "kill")) {
        throw CLI::ValidationError("--signal", "has an effect only with --action kill, or without --action");
    }
}

void add_actions(CLI::App& exec, exec_options& o) {
    using namespace std::chrono_literals;
    exec.add_option_function<std::vector<std::string>>(
            "--action",
            [&o](const std::vector<std::string>& given) {
                for (const std::string& text : given) {
                    exec_options::act a = read_act(text);
                    if (std::ranges::find(o.acts, a.name, &exec_options::act::name) != o.acts.end()) {
                        throw CLI::ValidationError("--action",
                                                   a.name + " is given twice: give it a weight, " + a.name + "=2");
                    }
                    o.acts.push_back(std::move(a));
                }
            },
            "what is done to it: kill, stop (TERM) or freeze; given several times: one of them at a time [kill]")
        ->type_name("NAME[=WEIGHT]")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->envname("MAYHEM_ACTION");
    exec.add_option("--hold", o.hold, "for how long freeze lets it stand still [5s]")
        ->type_name("DURATION")
        ->envname("MAYHEM_HOLD")
        ->check(why_no_duration)
        ->check(duration_between(1s, 10min));
    exec.callback([&exec, &o] { check_effects(exec, o); });
}

}  // namespace

void add_exec(CLI::App& app, exec_options& o) {
    using namespace std::chrono_literals;
    CLI::App& exec =
        *app.add_subcommand("exec", "Start a command, kill or freeze it at random moments, start it again, and report");
    add_common(exec, o, false);
    add_duration(exec, "--mean-time-between", o.mean_time_between, "mean time between two acts [10s]")
        ->envname("MAYHEM_MEAN_TIME_BETWEEN")
        ->check(duration_between(1ms, 365 * 24h));
    exec.add_option("--count", o.count, "end after so many acts [0: no limit]")
        ->envname("MAYHEM_COUNT")
        ->check(whole_number(0, std::numeric_limits<std::uint32_t>::max()));
    add_duration(exec, "--for", o.run_for, "end after so long")->envname("MAYHEM_FOR");
    add_duration(exec, "--ready-within", o.ready_within, "longer than this to come back counts as not recovered [30s]")
        ->envname("MAYHEM_READY_WITHIN")
        ->check(duration_between(10ms, 7 * 24h));
    add_duration(exec, "--stable-for", o.stable_for, "so long it must stay up before it counts as recovered [1s]")
        ->envname("MAYHEM_STABLE_FOR")
        ->check(duration_between(0ms, 7 * 24h));
    exec.add_option_function<std::string>(
            "--signal",
            [&o](const std::string& text) {
                const auto parsed = settings::parse_restart_signal(text);
                if (!parsed) {
                    throw CLI::ValidationError("--signal", parsed.error());
                }
                o.signal = *parsed;
            },
            "the signal that kills [KILL]")
        ->envname("MAYHEM_SIGNAL");
    add_actions(exec, o);
    exec.add_flag("--json", o.json, "the report as JSON");
    add_logging(exec, o);
    constexpr int one_or_more = -1;
    exec.add_option("command", o.command, "the command and its arguments, after --")->required()->expected(one_or_more);
    exec.positionals_at_end();
    exec.footer(
        "Example:\n  mayhem exec --mean-time-between 5s --count 10 --ready-within 2s -- ./server --port 8080\n"
        "  mayhem exec --action kill --action freeze=3 --hold 10s -- ./server --port 8080\n\n"
        "Exit status: 0 it came back every time, 1 it did not, or it is in a crash loop, or what it started could not "
        "be ended, 126/127 the command cannot be "
        "started, or not be frozen, 128+n forced.");
}

}  // namespace mayhem::cli
