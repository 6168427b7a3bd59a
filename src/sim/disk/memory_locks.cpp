#include "sim/disk/memory_locks.hpp"

#include <algorithm>

namespace mayhem::sim {

bool memory_locks::share(const void* connection, slots which) {
    if (std::any_of(held_.begin(), held_.end(),
                    [&](const held& h) { return h.connection != connection && (h.exclusive & which) != 0; })) {
        return false;
    }
    of(connection).shared |= which;
    return true;
}

bool memory_locks::exclude(const void* connection, slots which) {
    if (std::any_of(held_.begin(), held_.end(), [&](const held& h) {
            return h.connection != connection && ((h.exclusive | h.shared) & which) != 0;
        })) {
        return false;
    }
    of(connection).exclusive |= which;
    return true;
}

void memory_locks::unlock(const void* connection, slots which) noexcept {
    for (held& h : held_) {
        if (h.connection == connection) {
            h.shared &= static_cast<slots>(~which);
            h.exclusive &= static_cast<slots>(~which);
        }
    }
    std::erase_if(held_, [](const held& h) { return (h.shared | h.exclusive) == 0; });
}

memory_locks::held& memory_locks::of(const void* connection) {
    const auto found =
        std::find_if(held_.begin(), held_.end(), [&](const held& h) { return h.connection == connection; });
    return found != held_.end() ? *found : held_.emplace_back(held{.connection = connection});
}

}  // namespace mayhem::sim
