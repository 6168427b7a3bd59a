#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/undo_all.hpp"
#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/standard_output.hpp"
#include "config/store_path.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::cli {

namespace {

std::string to_text(const app::undo_results& r) {
    std::string text;
    for (const app::undo_result& e : r.ended) {
        const std::string what = "the " + e.action + " of " + e.name;
        if (!e.trouble.empty()) {
            text += "Cannot end " + what + ": " + e.trouble + '\n';
        } else if (e.has_stood) {
            text += "Ended " + what + ": it is " + e.undone + '\n';
        } else if (e.is_taken_over) {
            text += "Left as it is " + what + ": somebody else has changed since what it had changed\n";
        } else {
            text += "Nothing stands any more of " + what + '\n';
        }
    }
    for (const std::string& u : r.unreadable) {
        text += "Cannot read the record of what must be undone in " + u +
                ": see whether something still stands, then remove the file\n";
    }
    return text.empty() ? "Nothing stands.\n" : text;
}

std::string to_json(const app::undo_results& r) {
    nlohmann::json ended = nlohmann::json::array();
    for (const app::undo_result& e : r.ended) {
        ended.push_back({{"name", e.name},
                         {"action", e.action},
                         {"has_stood", e.has_stood},
                         {"is_taken_over", e.is_taken_over},
                         {"is_over", e.trouble.empty()},
                         {"trouble", e.trouble}});
    }
    const nlohmann::json all{{"ended", std::move(ended)}, {"unreadable", r.unreadable}};
    return core::json_text(all);
}

/// The config is needed for the way to the database alone; one that cannot be used must not keep anything standing.
std::filesystem::path find_record(const common_options& o) {
    if (o.store) {
        return *o.store;
    }
    const std::optional<found_config> c = find_config(o, without_file::goes_on);
    return c ? find_store(o, *c) : app::resolve_store_path(std::nullopt);
}

}  // namespace

int undo(const common_options& o) {
    const app::undo_results results = app::undo_all(find_record(o));
    o.json ? print_json(to_json(results)) : print(to_text(results));
    const bool is_clean = results.unreadable.empty() &&
                          std::ranges::all_of(results.ended, [](const auto& e) { return e.trouble.empty(); });
    return is_clean ? static_cast<int>(app::exit_status::success) : 1;
}

}  // namespace mayhem::cli
