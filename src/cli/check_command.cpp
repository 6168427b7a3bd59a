#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "cli/config_check.hpp"
#include "cli/config_source.hpp"
#include "cli/standard_output.hpp"
#include "config/config_file.hpp"
#include "daemon/exit_status.hpp"
#include "discovery/unit_rights.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::cli {

namespace {

void print_as_json(const app::config_result& read, const std::vector<std::string>& warnings) {
    nlohmann::json errors = nlohmann::json::array();
    if (!read) {
        for (const settings::error& e : read.error()) {
            errors.push_back({{"file", e.file}, {"line", e.line}, {"column", e.column}, {"text", e.text}});
        }
    }
    const nlohmann::json all{{"valid", read.has_value()}, {"errors", errors}, {"warnings", warnings}};
    print_json(core::json_text(all));
}

void tell_rights(const app::missing_rights& rights, const std::filesystem::path& file) {
    for (const std::string& warning : rights.warnings) {
        print_error(file.string() + ": warning: " + warning);
    }
    if (!rights.rules.empty()) {
        print_error("All that this config needs, for /etc/polkit-1/rules.d/50-mayhem.rules:\n\n" + rights.rules);
    }
}

}  // namespace

int check(const check_options& o) {
    const std::optional<std::filesystem::path> file = find_file(o);
    if (!file) {
        return static_cast<int>(app::exit_status::config);
    }
    config_check found = check_config(app::read_config_file(*file), *file, o.offline);
    const app::missing_rights rights =
        found.read && !o.offline ? app::find_missing_rights(*found.read) : app::missing_rights{};
    if (o.json) {
        found.warnings.insert(found.warnings.end(), rights.warnings.begin(), rights.warnings.end());
    }
    if (o.json) {
        print_as_json(found.read, found.warnings);
    } else if (found.read) {
        print(file->string() + ": " + found.verdict() + "\n");
        for (const std::string& warning : found.warnings) {
            print_error(file->string() + ": warning: " + warning);
        }
        tell_rights(rights, *file);
    } else {
        for (const settings::error& e : found.read.error()) {
            print_error(to_string(e));
        }
    }
    return static_cast<int>(found.read ? app::exit_status::success : app::exit_status::config);
}

}  // namespace mayhem::cli
