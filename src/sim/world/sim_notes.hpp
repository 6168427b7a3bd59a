#pragma once

#include "sim/world/process.hpp"
#include "sim/world/undo_shelf.hpp"

namespace mayhem::sim {

/// The notes as one process sees them: slow at times, refused by the disk, and cut by a death in their middle.
class sim_notes final : public ports::undo_notes {
public:
    /// Both outlive it.
    sim_notes(sim::process& p, undo_shelf& shelf) noexcept : process_(p), shelf_(shelf) {}

    async::awaitable<void> add(ports::undo_note n) override;
    async::awaitable<void> remove(ports::undo_note n) override;
    async::awaitable<found> all() override;

private:
    /// False if it died meanwhile.
    async::awaitable<bool> reach_disk();

    process& process_;
    undo_shelf& shelf_;
};

}  // namespace mayhem::sim
