#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include <sys/types.h>

#include "drivers/proc/process_table.hpp"
#include "drivers/process/upholder.hpp"

namespace mayhem::drivers {

/// Finds out where processes come from, but for what systemd has to say. Remembers whom it has read: for one look, in
/// which many processes have the same ancestors. Blocks; one thread.
class process_ancestry {
public:
    /// `proc_root` is where /proc is, of which `table` is; both outlive it. `signal` is that of the act.
    process_ancestry(const process_table& table, std::filesystem::path proc_root, int signal)
        : table_(table), proc_root_(std::move(proc_root)), signal_(signal) {}

    [[nodiscard]] process_origin origin_of(const process_info& process);

private:
    [[nodiscard]] const std::optional<process_info>& read(pid_t pid);
    [[nodiscard]] std::optional<supervised_program> find_entry(const process_origin& o) const;
    void ask_monit(process_origin& o);

    const process_table& table_;
    const std::filesystem::path proc_root_;
    const int signal_;
    std::map<pid_t, std::optional<process_info>> known_;

    /// The monit of this host.
    struct monit {
        bool runs = false;
        std::optional<std::vector<monit_check>> checks{};
    };
    std::optional<monit> monit_;  ///< nothing: nobody has looked for it
};

}  // namespace mayhem::drivers
