#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actions/held_action.hpp"

namespace mayhem::actions {

/// A file system is full to a share (`filled_disk`), for all who write there: the classic way in which a host breaks
/// down, and what many a service does not recover from by itself. Where: the directory.
class fill final : public held_action {
public:
    static constexpr std::string_view action_name = "fill";

    explicit fill(holder_source holders = {})
        : held_action({action_name, "short of disk space", "given its disk space back"}, std::move(holders)) {}

    /// What undoes it, whoever the target is: `first` is the life on which it stands.
    [[nodiscard]] static ports::undo_note note_of(std::string subject, const drivers::process_incarnation& first,
                                                  std::string directory, std::string name);

    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override;

protected:
    [[nodiscard]] hold_order order_of(const ports::undo_note& n, const core::span_terms& terms) const override;

    /// The kernel tells nobody but root whose a file without a name is, so the holder does.
    [[nodiscard]] bool is_marked() const noexcept override { return true; }
    [[nodiscard]] std::optional<pid_t> find_keeper(const ports::undo_note& n) const override { return find_marked(n); }
};

}  // namespace mayhem::actions
