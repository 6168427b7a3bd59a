#pragma once

#include <filesystem>
#include <utility>

#include "mayhem/async/blocking.hpp"
#include "mayhem/ports/undo_notes.hpp"

namespace mayhem::stores {

/// The notes as small files, one each, in `spans/` beside the database, so that whoever starts next knows what to undo,
/// whatever has become of the database. Of former versions, which knew of pauses alone, those in `paused/` are read,
/// and removed. `threads` outlives it.
class undo_folder final : public ports::undo_notes {
public:
    undo_folder(async::blocking& threads, std::filesystem::path state_folder)
        : threads_(threads), state_folder_(std::move(state_folder)) {}

    async::awaitable<void> add(ports::undo_note n) override;
    async::awaitable<void> remove(ports::undo_note n) override;
    async::awaitable<found> all() override;

    /// Where the note stands.
    [[nodiscard]] std::filesystem::path file_of(const ports::undo_note& n) const;

private:
    async::blocking& threads_;
    const std::filesystem::path state_folder_;
};

}  // namespace mayhem::stores
