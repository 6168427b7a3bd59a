#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "api/history_json.hpp"
#include "api/page/page_view.hpp"
#include "api/page/report_page.hpp"
#include "api/report_json.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/fleet_place.hpp"
#include "cli/fleet_record.hpp"
#include "cli/history_text.hpp"
#include "cli/junit_text.hpp"
#include "cli/moment_text.hpp"
#include "cli/output_file.hpp"
#include "cli/progress.hpp"
#include "cli/report_text.hpp"
#include "cli/standard_output.hpp"
#include "cli/terminal.hpp"
#include "config/store_path.hpp"
#include "daemon/exit_status.hpp"
#include "record/history.hpp"
#include "record/recovery_book.hpp"
#include "record/report.hpp"

namespace mayhem::cli {

namespace {

/// Where a query reads: a host's own record, or the database of its fleet.
struct source {
    std::string where;  ///< "/var/lib/mayhem/mayhem.db", for a person
    app::config config;
    std::filesystem::path store;  ///< empty: it is a fleet
    std::function<stores::history(const stores::history_filter&)> read;
};

std::optional<source> find_own(const history_options& o) {
    std::optional<found_config> found = find_record_config(o);
    if (!found) {
        return std::nullopt;
    }
    const std::filesystem::path store = find_store(o, *found);
    return source{.where = store.string(),
                  .config = std::move(found->config),
                  .store = store,
                  .read = [store](const stores::history_filter& filter) {
                      const system::owner_rights rights = app::act_as_owner_of(store);
                      return stores::read_history(store, filter);
                  }};
}

source find_fleets(const history_options& o) {
    fleet_place place = o.fleet;
    place.config = o.config;
    const std::optional<app::config> config = fleet_config_of(fleet_file_of(place));
    const fleet::link_settings settings = fleet_reader_of(place, config);
    return {.where = "the fleet's database " + settings.dbname,
            .config = config.value_or(app::config{}),
            .store = {},
            .read = [settings](const stores::history_filter& f) { return read_fleet_history(settings, f); }};
}

/// Nothing: why is printed.
std::optional<source> find_source(const history_options& o) { return o.fleet.is_asked ? find_fleets(o) : find_own(o); }

stores::history read(const history_options& o, const source& from, stores::history_filter filter) {
    filter.group = o.group;
    filter.target = o.target;
    filter.host = o.fleet.host;
    if (o.since) {
        filter.since = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now() - *o.since);
    }
    progress done("attempts read");
    filter.on_progress = [&done](std::size_t count) { done.reach(count); };
    stores::history found = from.read(filter);
    if (found.attempts.empty() && found.skips.empty() && filter.target) {
        filter.target = *filter.target + ".service";  // "nginx", as systemctl takes it
        found = from.read(filter);
    }
    return found;
}

/// From which factor on a slow recovery is a failure.
slow_limits limits_of(const app::config& c) {
    slow_limits limits;
    for (const app::group_config& g : c.groups) {
        limits[g.settings.name] = g.settings.limits.slower_than;
    }
    return limits;
}

/// Instead of an empty table.
std::string nothing(const history_options& o, const std::string& where) {
    std::string asked;
    for (const auto& [is_given, option] : {std::pair{o.since.has_value(), "--since"},
                                           {o.group.has_value(), "--group"},
                                           {o.target.has_value(), "--target"},
                                           {o.fleet.host.has_value(), "--host"}}) {
        asked += is_given ? (asked.empty() ? "" : " and ") + std::string(option) : "";
    }
    const std::string text = asked.empty() ? "Nothing is on record yet in " + where + ".\n"
                                           : "Nothing on record in " + where + " matches " + asked + ".\n";
    return o.fleet.is_asked ? text + fleet_record_note : text;
}

std::string html_of(const report_options& o, const source& from, const stores::history& history,
                    const stores::report& report) {
    const auto now = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now());
    stores::recovery_book book;
    const system::owner_rights rights = app::act_as_owner_of(from.store);
    book.refresh(from.store, now);
    std::string what = report.from ? local_moment(*report.from) + " to " + local_moment(report.to.value_or(now)) : "";
    what += o.group ? (what.empty() ? "" : ", ") + ("group " + *o.group) : "";
    what += o.target ? (what.empty() ? "" : ", ") + ("target " + *o.target) : "";
    return app::report_html({.report = report,
                             .history = history,
                             .pasts = book.rows(),
                             .title = counts_sentence(report) + ".",
                             .subtitle = what,
                             .store = from.where,
                             .as_of = now,
                             .zone = app::page_view::zone_of(from.config)});
}

}  // namespace

int show_history(const history_options& o) try {
    const std::optional<source> from = find_source(o);
    if (!from) {
        return static_cast<int>(app::exit_status::config);
    }
    const stores::history history = read(o, *from, {.limit = o.limit});
    const bool is_empty = history.attempts.empty() && history.skips.empty();
    o.json ? print_json(app::to_json(history))
           : print(is_empty ? nothing(o, from->where) : to_text(history, output_terminal().columns));
    return 0;
} catch (const fleet_trouble& e) {
    return print_trouble(e);
}

int show_report(const report_options& o) try {
    const std::optional<source> from = find_source(o);
    if (!from) {
        return static_cast<int>(app::exit_status::config);
    }
    const stores::history history = read(o, *from, {.with_past = true});
    const stores::report report = stores::summarise(history);
    if (o.junit) {
        output_file(*o.junit).write(to_junit(report, limits_of(from->config)));
    }
    if (o.html) {
        output_file(*o.html).write(html_of(o, *from, history, report));
    }
    const bool is_empty = history.attempts.empty() && history.skips.empty();
    o.json ? print_json(app::to_json(report))
           : print(is_empty ? nothing(o, from->where) : to_text(report, output_terminal().columns));
    return 0;
} catch (const fleet_trouble& e) {
    return print_trouble(e);
}

}  // namespace mayhem::cli
