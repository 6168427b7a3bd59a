#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/add_options.hpp"
#include "settings/restart_signal.hpp"

namespace mayhem::cli {

void add_exec(CLI::App& app, exec_options& o) {
    using namespace std::chrono_literals;
    CLI::App& exec =
        *app.add_subcommand("exec", "Start a command, kill it at random moments, start it again, and report");
    add_common(exec, o, false);
    add_duration(exec, "--mean-time-between", o.mean_time_between, "mean time between kills [10s]")
        ->envname("MAYHEM_MEAN_TIME_BETWEEN")
        ->check(duration_between(1ms, 365 * 24h));
    exec.add_option("--count", o.count, "end after so many kills [0: no limit]")
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
    exec.add_flag("--json", o.json, "the report as JSON");
    add_logging(exec, o);
    constexpr int one_or_more = -1;
    exec.add_option("command", o.command, "the command and its arguments, after --")->required()->expected(one_or_more);
    exec.positionals_at_end();
    exec.footer(
        "Example:\n  mayhem exec --mean-time-between 5s --count 10 --ready-within 2s -- ./server --port 8080\n\n"
        "Exit status: 0 it came back every time, 1 it did not, or it is in a crash loop, or what it started could not "
        "be ended, 126/127 the command cannot be "
        "started, 128+n forced.");
}

}  // namespace mayhem::cli
