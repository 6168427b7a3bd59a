#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "cli/control_client.hpp"

namespace mayhem::cli {

/// A daemon that answers, as a command sees it that changes its config.
struct running_daemon {
    control_client client;
    pid_t pid = 0;
    std::string config;           ///< its file; empty: it has none
    std::filesystem::path store;  ///< its database
    std::string user;             ///< as whom it runs; empty: as root
};

/// Who answers at the socket; nothing: nobody. Throws `not_allowed`, and `std::runtime_error` for what makes no sense.
[[nodiscard]] std::optional<running_daemon> find_daemon(const std::filesystem::path& socket);

/// Both lead to one file.
[[nodiscard]] bool has_config(const running_daemon& d, const std::filesystem::path& file);

/// Makes it read its file again.
void ask_to_reload(const running_daemon& d);

/// Asks it to reload and waits until it has that group and it is armed, for 15 s, and for as long as it says that it
/// waits for what is in hand. Empty: it has; otherwise what went wrong. Tells `say` what it waits for.
[[nodiscard]] std::string reload_and_await(const running_daemon& d, const std::string& group,
                                           void (*say)(const std::string&));

}  // namespace mayhem::cli
