#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/held_action.hpp"
#include "mayhem/core/rules/network_fault.hpp"

namespace mayhem::actions {

/// Packets of a target do not arrive (`filtered_network`): it is cut off, some of them are lost, or no name server
/// answers it; or they arrive later (`delayed_network`). One object for each kind, because a note names its action.
class network_action final : public held_action {
public:
    using kind = core::network_fault::kind;

    explicit network_action(kind k, holder_source holders = {});

    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override;

    /// What nf_tables calls what stands on that life of the subject: the same for whoever asks, and for no other life.
    [[nodiscard]] static std::string table_of(const ports::undo_note& n) { return mark_of(n); }

protected:
    [[nodiscard]] hold_order order_of(const ports::undo_note& n, const core::span_terms& terms) const override;

    /// Who owns the table.
    [[nodiscard]] std::optional<pid_t> find_keeper(const ports::undo_note& n) const override;

private:
    [[nodiscard]] pid_t ask_for_owner(hold_order o) const;
};

/// One of each kind.
[[nodiscard]] std::vector<std::unique_ptr<ports::action>> make_network_actions(const holder_source& holders = {});

}  // namespace mayhem::actions
