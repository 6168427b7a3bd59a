#pragma once

#include <string>

#include "mayhem/core/target.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// "Restart this incarnation of this target": what the publisher makes, the queue carries, the store records and a
/// handler carries out. Immutable once published; how far its handling has come is the store's to know.
struct message {
    uuid id;
    std::string group;
    core::target target;
    wall_time planned_at{};

    /// From this moment on the restart must not happen any more.
    wall_time expires_at{};
};

/// The short text of a message in log lines: `Message(inst_name='cattle-mnw6')`.
std::string to_string(const message& m);

}  // namespace mayhem::core
