#pragma once

#include <cstdint>
#include <vector>

namespace mayhem::sim {

/// The eight locks on the index of a database's log, each of which many connections may share or one may have for
/// itself. A connection is known by an address, which nothing depends on but being the same.
class memory_locks {
public:
    using slots = std::uint8_t;  ///< one bit for each lock

    /// All of them or none, false if others are in the way.
    [[nodiscard]] bool share(const void* connection, slots which);
    [[nodiscard]] bool exclude(const void* connection, slots which);

    void unlock(const void* connection, slots which) noexcept;

private:
    struct held {
        const void* connection;
        slots shared = 0;
        slots exclusive = 0;
    };

    held& of(const void* connection);

    std::vector<held> held_;
};

}  // namespace mayhem::sim
