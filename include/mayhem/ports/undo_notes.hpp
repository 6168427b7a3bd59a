#pragma once

#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/ports/action.hpp"

namespace mayhem::ports {

/// What stands and must be undone, on a record of its own: a database that is full, locked or missing neither loses a
/// note nor forges one. One note for each action and subject. The loop's thread only; a call that is cancelled
/// completes its write, and returns.
class undo_notes {
public:
    virtual ~undo_notes() = default;

    /// Returns once a power cut cannot take it away; takes the place of one about the same. Throws
    /// `core::store_failed`, which says where: then it is as it was before.
    virtual async::awaitable<void> add(undo_note n) = 0;

    /// Nothing to do if it is not there. Throws `core::store_failed`.
    virtual async::awaitable<void> remove(undo_note n) = 0;

    struct found {
        std::vector<undo_note> notes;
        std::vector<std::string> unreadable;  ///< for a person: what is there, and is no note
    };

    /// Those of former lives, too. Throws nothing but a cancellation: what cannot be read is `unreadable`.
    virtual async::awaitable<found> all() = 0;
};

}  // namespace mayhem::ports
