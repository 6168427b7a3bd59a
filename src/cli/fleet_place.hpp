#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 is called so
class App;
}

namespace mayhem::app {
struct config;
struct fleet_config;
}  // namespace mayhem::app

namespace mayhem::fleet {
struct link_settings;
}

namespace mayhem::cli {

class fleet_trouble;

/// Where a fleet's database is, and as whom to log in: as options say it, which come before a config file.
struct fleet_place {
    std::optional<std::filesystem::path> config;
    std::vector<std::string> database;         ///< in place of the config's; "HOST:PORT"
    std::optional<std::string> dbname;         ///< likewise
    std::optional<std::string> user;           ///< likewise; then the config's password is not used
    std::optional<std::string> password_file;  ///< of `user`
};

/// The place of the fleet that a query reads in place of this host's own record.
struct fleet_source : fleet_place {
    bool is_asked = false;
    std::optional<std::string> host;  ///< what is on this one alone
};

/// `--database`, `--dbname`, `--user`, `--password-file`.
void add_fleet_place(CLI::App& to, fleet_place& o, const char* whom);

/// The same and `--fleet`, without which they are refused.
void add_fleet_source(CLI::App& to, fleet_source& o);

/// What cannot be used: throws `fleet_trouble`, to end with the status of a config that is wrong.
[[noreturn]] void refuse_config(const std::string& text);

/// The file that is named, or the service's where nothing else says which database is meant. Nothing: there is none.
[[nodiscard]] std::optional<std::filesystem::path> fleet_file_of(const fleet_place& o);

/// Throws `fleet_trouble` with all that is wrong with it. Nothing: there is no file.
[[nodiscard]] std::optional<app::config> fleet_config_of(const std::optional<std::filesystem::path>& file);

/// [fleet] of the config file, or nothing but what the options say; the options come first. Throws `fleet_trouble` for
/// what is no place.
[[nodiscard]] app::fleet_config fleet_settings_of(const fleet_place& o, const std::optional<app::config>& c);

/// The place of who only reads: never as the host, and with none of its secrets, whatever the file says. As `--user`,
/// otherwise as the user who runs the command. Throws `fleet_trouble`.
[[nodiscard]] fleet::link_settings fleet_reader_of(fleet_place o, const std::optional<app::config>& c);

/// Of the user who runs the command; "?": it has none.
[[nodiscard]] std::string login_name();

/// Prints why a command ends before its time, and returns its exit status.
int print_trouble(const fleet_trouble& e);

}  // namespace mayhem::cli
