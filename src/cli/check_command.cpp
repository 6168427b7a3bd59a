#include <iostream>

#include <nlohmann/json.hpp>

#include "app/config_file.hpp"
#include "app/exit_status.hpp"
#include "cli/command_line.hpp"

namespace mayhem::cli {

namespace {

void print_json(const app::config_result& read) {
    nlohmann::json errors = nlohmann::json::array();
    if (!read) {
        for (const app::config_error& e : read.error()) {
            errors.push_back({{"file", e.file}, {"line", e.line}, {"column", e.column}, {"text", e.text}});
        }
    }
    const nlohmann::json all{{"valid", read.has_value()}, {"errors", errors}};
    std::cout << all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace

int check(const common_options& o) {
    const app::config_result read = app::read_config_file(*o.config);
    if (o.json) {
        print_json(read);
    } else if (read) {
        std::cout << o.config->string() << ": valid, " << read->groups.size() << " groups, "
                  << (read->handling.dry_run ? "dry run (dry_run = false or --no-dry-run arms it)" : "armed") << '\n';
    } else {
        for (const app::config_error& e : read.error()) {
            std::cerr << to_string(e) << '\n';
        }
    }
    return static_cast<int>(read ? app::exit_status::success : app::exit_status::config);
}

}  // namespace mayhem::cli
