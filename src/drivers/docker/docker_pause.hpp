#pragma once

#include <chrono>

#include "drivers/docker/docker_container.hpp"
#include "mayhem/ports/action.hpp"

namespace mayhem::drivers {

/// The engine's own pause: all processes of a container stand still, and `docker ps` shows it. Subject: the container's
/// id; life: its StartedAt; where: the engine's socket.
///
/// What the engine says of a pause is not taken for more than it is: it may get to a request that was given up, and
/// dockerd may take containerd's late word of a former resume for one of this pause. So one that is not seen may still
/// come, for a while.
class docker_pause final : public ports::action {
public:
    /// Of each request to the engine.
    explicit docker_pause(std::chrono::nanoseconds timeout = std::chrono::seconds{10}) noexcept : timeout_(timeout) {}

    [[nodiscard]] static ports::undo_note note_of(const container& c, std::string socket);

    [[nodiscard]] words called() const noexcept override { return {"pause", "paused", "resumed"}; }
    async::awaitable<beginning> begin(ports::undo_note n, core::span_terms terms,
                                      const ports::go_ahead& may_act) override;
    async::awaitable<ending> end(ports::undo_note n) override;
    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override;
    [[nodiscard]] std::string how_to_end(const ports::undo_note& n) const override;
    [[nodiscard]] doubts doubted_for() const noexcept override {
        return {.after_it_stood = std::chrono::seconds{5}, .after_no_answer = std::chrono::seconds{60}};
    }

private:
    const std::chrono::nanoseconds timeout_;
};

}  // namespace mayhem::drivers
