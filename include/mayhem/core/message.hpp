#pragma once

#include <string>

#include "mayhem/core/act.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// "Do this to this incarnation of this target": what the publisher makes, the queue carries, the store records and a
/// handler carries out. Immutable once published; how far its handling has come is the store's to know.
struct message {
    uuid id;
    std::string group;
    core::target target;
    wall_time planned_at{};

    /// From this moment on the act must not happen any more.
    wall_time expires_at{};

    /// What is to be done; a reload does not change it. Of no name in messages of former versions: what their group
    /// does.
    core::act act{};
};

/// The short text of a message in log lines: `Message(inst_name='cattle-mnw6')`.
std::string to_string(const message& m);

}  // namespace mayhem::core
