#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/daemon_link.hpp"
#include "discovery/unit_fitness.hpp"

namespace mayhem::cli {

/// Everything that `mayhem arm` would do, before it does any of it.
struct arm_plan {
    std::filesystem::path config_file;
    std::string config_before;  ///< what stands in it
    std::string config_after;
    std::string group;
    std::string group_text;                  ///< what is added
    std::vector<std::string> aliases{};      ///< "redis is redis-server.service"
    std::vector<app::unit_fitness> units{};  ///< each is a target
    std::chrono::nanoseconds mean{};         ///< from one restart of the group to the next
    std::string hours{};                     ///< within which: "09:00-17:00"; empty: at any hour
    std::vector<std::string> warnings{};     ///< of `check`, of that group
    std::string verdict{};                   ///< of `check`: "valid, 2 groups, armed in 1 of 2 groups: nginx"
    std::string user{};                      ///< as whom the daemon runs; empty: as root
    std::filesystem::path rule_file{};       ///< of polkit; empty: none is needed
    std::string rule_text{};
    std::optional<running_daemon> daemon{};  ///< that answers
    bool is_in_place = false;                ///< the group is there, and becomes armed; otherwise it is added
    bool is_its_config = false;              ///< it is that one's
    bool is_service = false;                 ///< mayhem.service is there
};

/// Why nothing can be armed, one line for each reason, and the exit status that says so.
class cannot_arm : public std::runtime_error {
public:
    cannot_arm(int status, const std::string& lines) : std::runtime_error(lines), status_(status) {}
    [[nodiscard]] int status() const noexcept { return status_; }

private:
    int status_;
};

/// Looks at everything and changes nothing. Blocks for some seconds. Throws `cannot_arm`, and what keeps it from
/// looking.
[[nodiscard]] arm_plan plan_arming(const arm_options& o);

}  // namespace mayhem::cli
