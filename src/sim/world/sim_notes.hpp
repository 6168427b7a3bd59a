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
    /// Whether the change comes to the disk: of one during which the process dies, that is left to chance.
    async::awaitable<bool> reach_disk();
    /// Nobody hears that the dead have done it.
    void answer() const;

    process& process_;
    undo_shelf& shelf_;
};

}  // namespace mayhem::sim
