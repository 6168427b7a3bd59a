#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mayhem::app {

/// What became of something that lasted, and was on record to be undone.
struct undo_result {
    std::string name;            ///< of what it stands, for a person: "container web"
    std::string action;          ///< "pause"
    std::string undone;          ///< what it is now: "resumed"
    bool has_stood;              ///< it was undone just now; false: it did not stand (any more)
    bool is_taken_over = false;  ///< somebody else has changed since what it had changed: it is left to him
    std::string trouble;         ///< why it could not be ended, or struck off the record; empty: it was
};

struct undo_results {
    std::vector<undo_result> ended;
    std::vector<std::string> unreadable;  ///< what stands on the record, and is none
};

/// Ends whatever lasts and is on record beside the database `store`, of any life, and strikes it off: without the
/// config, and whether or not a daemon runs, which then finds that it is over. The record is read and written with the
/// rights of whom it belongs to, what lasts is ended with those of the caller. Throws `core::store_failed`.
[[nodiscard]] undo_results undo_all(const std::filesystem::path& store);

}  // namespace mayhem::app
