#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "cli/config_check.hpp"
#include "cli/standard_output.hpp"
#include "config/config_file.hpp"
#include "daemon/exit_status.hpp"
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

}  // namespace

int check(const check_options& o) {
    const config_check found = check_config(app::read_config_file(*o.config), *o.config, o.offline);
    if (o.json) {
        print_as_json(found.read, found.warnings);
    } else if (found.read) {
        print(o.config->string() + ": " + found.verdict() + "\n");
        for (const std::string& warning : found.warnings) {
            print_error(o.config->string() + ": warning: " + warning);
        }
    } else {
        for (const settings::error& e : found.read.error()) {
            print_error(to_string(e));
        }
    }
    return static_cast<int>(found.read ? app::exit_status::success : app::exit_status::config);
}

}  // namespace mayhem::cli
