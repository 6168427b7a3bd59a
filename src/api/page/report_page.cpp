#include "api/page/report_page.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/history_json.hpp"
#include "api/page/page_files.hpp"
#include "api/page/recovery_json.hpp"
#include "api/report_json.hpp"
#include "assembly/notification_plans.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/markup_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::app {

namespace {

using nlohmann::json;

constexpr std::size_t attempts_max = 2'000;
constexpr std::size_t pasts_max = 50;
constexpr std::size_t plain_max = 200;

/// Within an element: nothing in it can end that, or begin another one.
std::string inert(std::string text) {
    std::string all;
    all.reserve(text.size());
    for (const char c : text) {
        c == '<' ? all.append("\\u003c") : all.append(1, c);
    }
    return all;
}

using row = std::vector<std::string>;

void add_row(std::string& to, const char* cell, const row& cells) {
    to += "<tr>";
    for (const std::string& c : cells) {
        to += fmt::format("<{0}>{1}</{0}>", cell, core::markup_text(c));
    }
    to += "</tr>\n";
}

std::string table(const std::string& title, const row& head, const std::vector<row>& rows) {
    std::string all = "<section><h2>" + core::markup_text(title) + "</h2>\n<table>\n";
    add_row(all, "th", head);
    for (const row& cells : rows) {
        add_row(all, "td", cells);
    }
    return all + "</table></section>\n";
}

std::string told_seconds(const std::optional<core::duration>& d) {
    return d ? fmt::format("{:.3f} s", core::to_seconds(*d)) : "-";
}

std::string counts_table(const stores::report& r) {
    std::vector<row> rows;
    for (const stores::target_report& t : r.targets) {
        const stores::attempt_counts& c = t.counts;
        const auto time = [&c](core::duration stores::recovery_times::* which) {
            return told_seconds(c.recovery ? std::optional((*c.recovery).*which) : std::nullopt);
        };
        rows.push_back({t.group, t.target, std::to_string(c.restarts), std::to_string(c.recovered),
                        std::to_string(c.not_recovered), std::to_string(c.unstable), std::to_string(c.failed),
                        std::to_string(c.refused), time(&stores::recovery_times::median),
                        time(&stores::recovery_times::p95), time(&stores::recovery_times::worst)});
    }
    return table(
        "How often, and how fast",
        {"group", "target", "restarts", "back", "not back", "unstable", "failed", "refused", "median", "p95", "worst"},
        rows);
}

std::string attempts_table(const stores::history& h) {
    std::vector<row> rows;
    for (auto a = h.attempts.rbegin(); a != h.attempts.rend() && rows.size() < plain_max; ++a) {
        const std::string verdict = a->verdict ? std::string(core::to_string(*a->verdict)) : "not finished";
        rows.push_back({core::utc_text_in_seconds(a->started_at), a->group, a->target,
                        a->refused_by ? verdict + ": " + std::string(core::to_string(*a->refused_by)) : verdict,
                        a->verdict == core::verdict::recovered ? told_seconds(a->recovery) : "-", a->error});
    }
    return table("Record, the newest first", {"when (UTC)", "group", "target", "outcome", "back after", "error"}, rows);
}

/// For whoever runs no script; the pictures take its place.
std::string plain(const report_picture& p) {
    return fmt::format(
        "<main class=\"wrap\" id=\"main\">\n<div class=\"say\"><h1>{}</h1><p>{}</p></div>\n{}{}</main>\n",
        core::markup_text(p.title), core::markup_text(p.subtitle), counts_table(p.report), attempts_table(p.history));
}

json pasts_json(const report_picture& p, json& left) {
    std::set<std::pair<std::string_view, std::string_view>> meant;
    for (const stores::recovery_row& r : p.report.recoveries) {
        meant.emplace(r.group, r.target);
    }
    json all = json::array();
    std::map<std::string, std::size_t> others;
    for (const stores::target_past* const past : p.pasts) {
        if (!meant.contains({past->row.group, past->row.target})) {
            continue;
        }
        if (all.size() < pasts_max) {
            all.push_back(past_json(*past));
        } else {
            ++others[std::string(to_string(past->row.word))];
        }
    }
    left = others;
    return all;
}

/// Of the newest act that was watched together with those within its reach.
json reach_of(const report_picture& p) {
    for (auto a = p.history.attempts.rbegin(); a != p.history.attempts.rend(); ++a) {
        const bool has_fates =
            std::ranges::any_of(a->reach, [](const core::fate& f) { return f.has_fallen.has_value(); });
        if (has_fates) {
            return lanes_json(*a, std::nullopt);
        }
    }
    return {};
}

std::string data_of(const report_picture& p) {
    json attempts = json::array();
    const std::size_t count = p.history.attempts.size();
    for (std::size_t i = count - std::min(count, attempts_max); i < count; ++i) {
        attempts.push_back(attempt_json(p.history.attempts[i]));
    }
    json skips = json::array();
    for (const stores::skip_row& s : p.history.skips) {
        if (skips.size() < attempts_max) {
            skips.push_back(skip_json(s));
        }
    }
    json left;
    json pasts = pasts_json(p, left);
    const json all{{"title", p.title},
                   {"subtitle", p.subtitle},
                   {"host", host_name()},
                   {"version", MAYHEM_VERSION},
                   {"store", p.store},
                   {"as_of", core::utc_text(p.as_of)},
                   {"zone", p.zone.name()},
                   {"is_cut", count > attempts_max || p.history.is_cut},
                   {"report", core::parse_json<json>(app::to_json(p.report))},
                   {"attempts", std::move(attempts)},
                   {"skips", std::move(skips)},
                   {"recoveries", std::move(pasts)},
                   {"recoveries_left", std::move(left)},
                   {"reach", reach_of(p)}};
    return inert(core::json_line(all));
}

}  // namespace

std::string report_html(const report_picture& p) {
    const report_files& f = files_of_report();
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; {}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Mayhem on {}: {}</title>\n<style>{}</style>\n"
        "</head>\n<body>\n{}<script type=\"application/json\" id=\"data\">{}</script>\n"
        "<script type=\"module\">{}</script>\n</body>\n</html>\n",
        f.policy, core::markup_text(host_name()), core::markup_text(p.title), f.style, plain(p), data_of(p), f.script);
}

}  // namespace mayhem::app
