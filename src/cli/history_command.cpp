#include <chrono>
#include <optional>

#include "api/history_json.hpp"
#include "api/page/page_view.hpp"
#include "api/page/report_page.hpp"
#include "api/report_json.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
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

stores::history read(const history_options& o, const std::filesystem::path& store, stores::history_filter filter) {
    filter.group = o.group;
    filter.target = o.target;
    if (o.since) {
        filter.since = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now() - *o.since);
    }
    const system::owner_rights rights = app::act_as_owner_of(store);
    progress done("attempts read");
    filter.on_progress = [&done](std::size_t count) { done.reach(count); };
    stores::history found = stores::read_history(store, filter);
    if (found.attempts.empty() && found.skips.empty() && filter.target) {
        filter.target = *filter.target + ".service";  // "nginx", as systemctl takes it
        found = stores::read_history(store, filter);
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
std::string nothing(const history_options& o, const std::filesystem::path& store) {
    std::string asked;
    for (const auto& [is_given, option] : {std::pair{o.since.has_value(), "--since"},
                                           {o.group.has_value(), "--group"},
                                           {o.target.has_value(), "--target"}}) {
        asked += is_given ? (asked.empty() ? "" : " and ") + std::string(option) : "";
    }
    return asked.empty() ? "Nothing is on record yet in " + store.string() + ".\n"
                         : "Nothing on record in " + store.string() + " matches " + asked + ".\n";
}

std::string html_of(const report_options& o, const found_config& found, const std::filesystem::path& store,
                    const stores::history& history, const stores::report& report) {
    const auto now = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now());
    stores::recovery_book book;
    const system::owner_rights rights = app::act_as_owner_of(store);
    book.refresh(store, now);
    std::string what = report.from ? local_moment(*report.from) + " to " + local_moment(report.to.value_or(now)) : "";
    what += o.group ? (what.empty() ? "" : ", ") + ("group " + *o.group) : "";
    what += o.target ? (what.empty() ? "" : ", ") + ("target " + *o.target) : "";
    return app::report_html({.report = report,
                             .history = history,
                             .pasts = book.rows(),
                             .title = counts_sentence(report) + ".",
                             .subtitle = what,
                             .store = store.string(),
                             .as_of = now,
                             .zone = app::page_view::zone_of(found.config)});
}

}  // namespace

int show_history(const history_options& o) {
    const std::optional<found_config> found = find_record_config(o);
    if (!found) {
        return static_cast<int>(app::exit_status::config);
    }
    const std::filesystem::path store = find_store(o, *found);
    const stores::history history = read(o, store, {.limit = o.limit});
    const bool is_empty = history.attempts.empty() && history.skips.empty();
    o.json ? print_json(app::to_json(history))
           : print(is_empty ? nothing(o, store) : to_text(history, output_terminal().columns));
    return 0;
}

int show_report(const report_options& o) {
    const std::optional<found_config> found = find_record_config(o);
    if (!found) {
        return static_cast<int>(app::exit_status::config);
    }
    const std::filesystem::path store = find_store(o, *found);
    const stores::history history = read(o, store, {.with_past = true});
    const stores::report report = stores::summarise(history);
    if (o.junit) {
        output_file(*o.junit).write(to_junit(report, limits_of(found->config)));
    }
    if (o.html) {
        output_file(*o.html).write(html_of(o, *found, store, history, report));
    }
    const bool is_empty = history.attempts.empty() && history.skips.empty();
    o.json ? print_json(app::to_json(report))
           : print(is_empty ? nothing(o, store) : to_text(report, output_terminal().columns));
    return 0;
}

}  // namespace mayhem::cli
