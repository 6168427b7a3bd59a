#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/held_action.hpp"
#include "mayhem/core/rules/changed_number.hpp"

namespace mayhem::actions {

/// A unit of systemd's has less of the host (`throttled_unit`). Its holder puts the numbers back when it ends; because
/// the kernel would not, should that be killed, each end is seen to by another process of that kind, which puts back
/// what is not (`put_back`), and so does whoever finds the note. Subject: the unit; where: the InvocationID of its
/// life.
class throttle final : public held_action {
public:
    static constexpr std::string_view action_name = "throttle";

    explicit throttle(holder_source holders = {})
        : held_action({action_name, "throttled", "as fast as it was"}, std::move(holders)) {}

    /// What undoes it. `first` is the process on whose life it stands.
    [[nodiscard]] static ports::undo_note note_of(std::string unit, const drivers::process_incarnation& first,
                                                  std::string invocation, std::vector<core::changed_number> numbers,
                                                  std::string name);

    async::awaitable<ending> end(ports::undo_note n) override;
    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override;
    [[nodiscard]] std::string how_to_end(const ports::undo_note& n) const override;

    /// What was sent by a holder that is killed before systemd has answered may come a moment later.
    [[nodiscard]] doubts doubted_for() const noexcept override {
        return {.after_it_stood = std::chrono::seconds{0}, .after_no_answer = std::chrono::seconds{2}};
    }

protected:
    [[nodiscard]] hold_order order_of(const ports::undo_note& n, const core::span_terms& terms) const override;
    /// systemd may have done it: a look tells.
    [[nodiscard]] beginning::effect without_a_word() const noexcept override { return beginning::effect::failed; }
    [[nodiscard]] bool is_marked() const noexcept override { return true; }
    [[nodiscard]] std::optional<pid_t> find_keeper(const ports::undo_note& n) const override { return find_marked(n); }

private:
    async::awaitable<ending> put_back(ports::undo_note n) const;
};

}  // namespace mayhem::actions
