#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "actions/held_fault.hpp"
#include "actions/holder_source.hpp"
#include "drivers/proc/process_incarnation.hpp"
#include "mayhem/ports/action.hpp"

namespace mayhem::actions {

/// What is done by a process of its own, a holder, whose death undoes it (`be_holder`): whatever becomes of Mayhem,
/// nothing of it outlives that process. What is done, a derived class says: which order, and who holds it. The loop's
/// thread only.
///
/// Subject: the process's number, or the unit; life: the process, of a unit its main one (`process_incarnation`);
/// where: the control group, or "alone", or "its network".
class held_action : public ports::action {
public:
    /// What undoes it on a process, or on all that are in its control group, if that is not empty. `action`: its name;
    /// `name`: for a person.
    [[nodiscard]] static ports::undo_note note_of(std::string_view action, std::string subject,
                                                  const drivers::process_incarnation& first, std::string control_group,
                                                  std::string name);

    /// The same on all who are in the network namespace of a process, which is not this one's. `subject`: whatever
    /// lives there.
    [[nodiscard]] static ports::undo_note note_on_network(std::string_view action, std::string subject,
                                                          const drivers::process_incarnation& first, std::string name);

    [[nodiscard]] words called() const noexcept override { return words_; }
    async::awaitable<beginning> begin(ports::undo_note n, core::span_terms terms,
                                      const ports::go_ahead& may_act) override;
    [[nodiscard]] std::optional<early_end> ended_early(const ports::undo_note& n) override;
    [[nodiscard]] core::seen_effect effect_of(const ports::undo_note& n) const override;
    [[nodiscard]] std::string how_to_end(const ports::undo_note& n) const override;

    /// Of one that a former life has begun, whose holder lives on although it should not: ends that.
    async::awaitable<ending> end(ports::undo_note n) override;

    /// What a holder does not hold is over at once.
    [[nodiscard]] doubts doubted_for() const noexcept override { return {}; }

protected:
    /// `called`: of static storage.
    held_action(words called, holder_source holders) : words_(called), holders_(std::move(holders)) {}

    [[nodiscard]] const holder_source& holders() const noexcept { return holders_; }

    /// What tells one that stands on that life of the subject from all others: "mayhem_" and 8 hexadecimal digits, the
    /// same for whoever asks.
    [[nodiscard]] static std::string mark_of(const ports::undo_note& n);

    /// Whether it is such a note.
    [[nodiscard]] static bool is_on_network(const ports::undo_note& n);

    /// On whom the note is, for so long.
    [[nodiscard]] static hold_order order_on(const ports::undo_note& n, std::chrono::nanoseconds length);

    [[nodiscard]] virtual hold_order order_of(const ports::undo_note& n, const core::span_terms& terms) const = 0;

    /// Who keeps it up on that life of the subject: no process (0), or one that need not be a holder. Nothing: that
    /// life is over, and it with it. Throws `core::undo_failed`: that cannot be seen.
    [[nodiscard]] virtual std::optional<pid_t> find_keeper(const ports::undo_note& n) const = 0;

    /// What there may be when a holder says no for no guard, or does not say anything at all: of what the kernel takes
    /// back, nothing.
    [[nodiscard]] virtual beginning::effect without_a_word() const noexcept { return beginning::effect::none; }

    /// Whether a holder bears its mark for all to see, because nothing in the kernel tells whose it is.
    [[nodiscard]] virtual bool is_marked() const noexcept { return false; }

    /// A holder that bears that mark, of whichever life of Mayhem; 0: none is seen.
    [[nodiscard]] pid_t find_marked(const ports::undo_note& n) const;

private:
    /// What a holder for it is called with: "hold", "cut", "inside".
    [[nodiscard]] std::vector<std::string> call_for(const ports::undo_note& n) const;
    [[nodiscard]] bool is_holder_for(pid_t pid, const ports::undo_note& n) const;

    const words words_;
    const holder_source holders_;
    std::map<std::string, std::unique_ptr<held_fault>> standing_;  ///< of this life, by subject
    std::pair<std::string, core::seen_effect> last_effect_;        ///< of whom, and what: of the one that ended last
};

}  // namespace mayhem::actions
