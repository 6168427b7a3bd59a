#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "actions/held_fault.hpp"
#include "drivers/proc/process_incarnation.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/ports/action.hpp"

namespace mayhem::actions {

/// All tasks of a process, or of a service, stand still: hung, and not dead, which no supervisor sees by itself. A
/// holder keeps it up (`frozen_tasks`), so that nothing of it outlives that process.
///
/// Subject: the process's number, or the unit; life: the process, of a unit its main one (`process_incarnation`);
/// where: the unit's control group, or "alone".
class freeze final : public ports::action {
public:
    static constexpr std::string_view action_name = "freeze";

    /// Which mayhem holds.
    explicit freeze(std::string program = "/proc/self/exe") : program_(std::move(program)) {}

    /// `control_group` empty: the process alone.
    [[nodiscard]] static ports::undo_note note_of(std::string subject, const drivers::process_incarnation& first,
                                                  std::string control_group, std::string name);

    [[nodiscard]] words called() const noexcept override { return {action_name, "frozen", "let go"}; }
    async::awaitable<beginning> begin(ports::undo_note n, std::chrono::nanoseconds length,
                                      const ports::go_ahead& may_act) override;
    [[nodiscard]] std::optional<early_end> ended_early(const ports::undo_note& n) override;

    /// Of one that a former life has begun, whose holder lives on although it should not: ends that.
    async::awaitable<ending> end(ports::undo_note n) override;
    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override;

    /// What a holder does not hold is over at once.
    [[nodiscard]] doubts doubted_for() const noexcept override { return {}; }

private:
    const std::string program_;
    std::map<std::string, std::unique_ptr<held_fault>> standing_;  ///< of this life, by subject
};

}  // namespace mayhem::actions
