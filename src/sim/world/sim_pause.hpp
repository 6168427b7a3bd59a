#pragma once

#include <chrono>
#include <string>

#include "mayhem/ports/action.hpp"
#include "sim/world/herd.hpp"
#include "sim/world/process.hpp"

namespace mayhem::sim {

/// Pauses a target of the herd as an engine does, with all that may go wrong on the way. Subject: its name; life: its
/// number; where: the group on whose behalf.
class sim_pause final : public ports::action {
public:
    /// Both references outlive it.
    sim_pause(process& p, herd& targets) noexcept : process_(p), scene_(p.world()), herd_(targets) {}

    [[nodiscard]] static ports::undo_note note_of(const core::target& t, const std::string& group) {
        return {.action = "pause", .subject = t.id, .life = t.incarnation, .where = group, .name = "cow " + t.name};
    }

    [[nodiscard]] words called() const noexcept override { return {"pause", "paused", "resumed"}; }
    async::awaitable<beginning> begin(ports::undo_note n, core::span_terms terms,
                                      const ports::go_ahead& may_act) override;
    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override { return "look at " + n.subject; }
    [[nodiscard]] std::string how_to_end(const ports::undo_note& n) const override { return "let go of " + n.subject; }
    async::awaitable<ending> end(ports::undo_note n) override;
    [[nodiscard]] doubts doubted_for() const noexcept override {
        return {.after_it_stood = std::chrono::seconds{5}, .after_no_answer = std::chrono::seconds{60}};
    }

private:
    async::awaitable<beginning> ask_engine(ports::undo_note n, std::chrono::nanoseconds length);

    process& process_;
    scene& scene_;
    herd& herd_;
};

}  // namespace mayhem::sim
