#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drivers/proc/process_info.hpp"
#include "drivers/proc/service_group.hpp"
#include "drivers/process/monit_config.hpp"
#include "drivers/process/supervisord_config.hpp"
#include "drivers/systemd/systemd_unit.hpp"
#include "system/signal_disposition.hpp"

namespace mayhem::drivers {

/// Where a process comes from: facts, as they were found.
struct process_origin {
    process_info process;
    std::vector<process_info> ancestors{};  ///< nearest first, as far as they could be read
    system::signal_disposition does{};      ///< with the signal of the act

    service_group service{};             ///< whose control group it lives in
    std::optional<systemd_unit> unit{};  ///< that service, as systemd has it; nothing: systemd was not asked, or
    std::string unit_trouble{};          ///< could not be, for this reason
    std::optional<supervised_program>
        entry{};  ///< what the config of the supervisord above it says, as far as it is read

    /// What the config of the monit that runs on this host says of it; nothing: there is none, or it says nothing.
    std::optional<monit_check> monit{};
    bool is_monit_silent = false;  ///< one runs, and its config may not be read
};

/// Whether a process is started again once it has ended, and by whom.
struct upholder {
    enum class answer : std::uint8_t {
        starts_it_again,
        not_known,  ///< nobody is known to: a loop in a script, or nobody
        leaves_it,  ///< its owner is known, and will not
    };
    answer is = answer::not_known;

    /// For a person: "web.service starts it again (Restart=always)", "web.service does not start it again: with
    /// Restart=no ...", "its parent bash[7] is not known to".
    std::string why{};
};

/// Decides, in this order: its service, if it is the main process of one, as the systemd driver does (`why_not_back`);
/// its parent, if that runs the same program, as a master does that forks workers; the nearest known supervisor above
/// it (runit, s6, daemontools, OpenRC, supervisord, PM2, circus), or cron, which starts nothing because it ended. A
/// pure decision. `signal` is that of the act.
[[nodiscard]] upholder find_upholder(const process_origin& o, int signal);

/// For a person: "web.service starts it again (Restart=always)", "nobody is known to start it again: its parent ...".
[[nodiscard]] std::string describe(const upholder& u);

/// Whether it is the process whose end is the end of its service.
[[nodiscard]] bool is_main_process(const process_origin& o) noexcept;

}  // namespace mayhem::drivers
