#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "drivers/proc/process_incarnation.hpp"
#include "drivers/proc/process_info.hpp"

namespace mayhem::drivers {

/// Knows the next life of a process that comes back under another command line: a title that it keeps rewriting
/// (setproctitle), the number of its predecessor among its arguments ("haproxy -sf 812").
///
/// Kin of a victim runs the same program in the same place: in the same control group, and started by the same parent
/// or in the same working directory, which a new release may change. It does so under a line that nobody had when the
/// victim was hit: who comes back under its own line is its own next life, not the victim's. Kin is asked for only
/// where nobody has the victim's line, and only in the life of the daemon that listed and hit it.
///
/// Holds the last `acts_max` acts. Pure; one thread.
class kin_memory {
public:
    static constexpr std::size_t acts_max = 1024;

    /// These were listed, which is what the next acts choose from.
    void note_list(const std::vector<process_info>& listed);

    /// `victim` is acted on, as it was seen right before.
    void note_act(const process_incarnation& victim, const process_info& seen);

    [[nodiscard]] bool is_kin(const process_incarnation& victim, const process_info& candidate) const;

private:
    using lines = std::set<std::string>;

    struct act {
        process_incarnation victim;
        process_info seen;
        std::shared_ptr<const lines> lines_before;
    };

    std::deque<act> acts_;
    std::shared_ptr<const lines> listed_ = std::make_shared<const lines>();
};

}  // namespace mayhem::drivers
