#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/time.hpp"

namespace mayhem::pipeline {

/// Where a halt came from. Each door is opened and closed on its own.
enum class halt_door {
    command,  ///< `mayhem halt` or the control socket; kept in the database
    file,     ///< a file that is there
    config,   ///< `halted = true`
};

/// Why nothing is restarted.
struct halt_reason {
    halt_door door{};
    std::string who;
    core::wall_time since{};
    std::string why;  ///< may be empty
};

/// Whether anything may be restarted at all. Whoever is about to act asks it in the same step, so that a halt holds
/// from the moment at which it was set. The loop's thread only.
class halt_switch {
public:
    [[nodiscard]] bool is_halted() const noexcept { return !reasons_.empty(); }

    /// At most one for each door.
    [[nodiscard]] const std::vector<halt_reason>& reasons() const noexcept { return reasons_; }

    /// Halts, or adds the `why` that was not given when the door was opened (a file may be made first and written
    /// then). False if nothing is new: the first reason stands.
    bool halt(halt_reason r);

    /// Closes a door; false if it was closed. It is still halted if another one is open.
    bool resume(halt_door d);

    /// Says who opened a door, once that is known better. Nothing if it is closed.
    void rename(halt_door d, std::string who);

    /// Why a door is open; null if it is closed. Until the next change.
    [[nodiscard]] const halt_reason* find(halt_door d) const noexcept;
    [[nodiscard]] bool is_open(halt_door d) const noexcept { return find(d) != nullptr; }

private:
    std::vector<halt_reason> reasons_;
};

/// "command", "file", "config".
[[nodiscard]] std::string_view to_string(halt_door d) noexcept;

}  // namespace mayhem::pipeline
