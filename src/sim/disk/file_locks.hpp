#pragma once

#include <vector>

namespace mayhem::sim {

/// As SQLite numbers them.
enum class lock_level { none, shared, reserved, pending, exclusive };

/// The lock on one database file, held by any number of open files: many may read, one of them may prepare to write,
/// and alone may it write. A holder is known by an address, which nothing depends on but being the same.
class file_locks {
public:
    /// False if others are in the way. Who then asked to be exclusive keeps new readers out while it asks again, unless
    /// another one is going to write.
    [[nodiscard]] bool raise(const void* holder, lock_level to);

    /// To `shared` or `none`.
    void lower(const void* holder, lock_level to) noexcept;

    /// Somebody is going to write, or writes.
    [[nodiscard]] bool is_reserved() const noexcept;

    [[nodiscard]] lock_level level_of(const void* holder) const noexcept;

private:
    struct held {
        const void* holder;
        lock_level level;
    };

    void set(const void* holder, lock_level level);
    [[nodiscard]] lock_level highest_beside(const void* holder) const noexcept;

    std::vector<held> held_;
};

}  // namespace mayhem::sim
