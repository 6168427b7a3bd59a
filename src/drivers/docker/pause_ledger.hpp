#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mayhem::drivers {

/// A container that Mayhem pauses, or has paused.
struct pause_note {
    std::string socket;        ///< of its engine
    std::string container_id;  ///< 64 hexadecimal digits
    std::string started_at;    ///< which life of it: another one was not paused by us
    std::string name;          ///< for log lines

    friend bool operator==(const pause_note&, const pause_note&) = default;
};

/// The pauses that are under way, one small file each, beside the database: on disk before the pause and until after
/// the resume, so that whoever starts next, with whatever config, knows what to resume. Blocks; any thread, one at a
/// time.
class pause_ledger {
public:
    explicit pause_ledger(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Returns once a power cut cannot undo it. Throws `std::system_error`, which names the file; then it is as it was
    /// before.
    void add(const pause_note& n) const;

    /// Nothing to do if it is not there. Throws `std::system_error`.
    void remove(const pause_note& n) const;

    /// All of them; a file that cannot be read or is none of ours is left out, and named in `unreadable`.
    [[nodiscard]] std::vector<pause_note> all(std::vector<std::string>& unreadable) const;

private:
    [[nodiscard]] std::filesystem::path file_of(const pause_note& n) const;

    std::filesystem::path folder_;
};

}  // namespace mayhem::drivers
