#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "actions/held_action.hpp"

namespace mayhem::actions {

/// All tasks of a process, or of a service, stand still: hung, and not dead, which no supervisor sees by itself
/// (`frozen_tasks`).
class freeze final : public held_action {
public:
    static constexpr std::string_view action_name = "freeze";

    explicit freeze(holder_source holders = {}) : held_action({action_name, "frozen", "let go"}, std::move(holders)) {}

    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override;

protected:
    [[nodiscard]] hold_order order_of(const ports::undo_note& n, const core::span_terms& terms) const override;

    /// Who traces the process.
    [[nodiscard]] std::optional<pid_t> find_keeper(const ports::undo_note& n) const override;
};

}  // namespace mayhem::actions
