#pragma once

#include <map>
#include <set>
#include <string>

#include "mayhem/core/message.hpp"
#include "sim/disk/disk.hpp"
#include "sim/world/scene.hpp"

namespace mayhem::sim {

/// What the world must know of messages and breakers over the lives of a daemon: where a message comes from, and what
/// was on its way into the record when a life ended, so that it may be there in the next one.
class message_origins {
public:
    explicit message_origins(scene& s) : scene_(s) {}

    /// An operator has asked for it.
    void note_asked(const core::uuid& id) { asked_.insert(id); }

    /// It is written now; it is durable, unless it was on record before.
    void begin_entry(const core::message& m) { entering_.insert_or_assign(m.id, m); }
    void end_entry(const core::message& m, bool is_new);

    /// The call failed: nothing of it is seen, but the next life may find it.
    void fail_entry(const core::message& m) { failed_.insert(m.id); }

    void begin_opening(const std::string& group) { opening_.insert(group); }
    void end_opening(const std::string& group);
    void note_closed(const std::string& group) { open_.erase(group); }
    [[nodiscard]] const std::set<std::string>& open_breakers() const noexcept { return open_; }

    /// A life has ended: looks which of it is there.
    void look_what_is_there(const std::string& path);

private:
    void tell(const core::message& m);

    scene& scene_;
    std::set<core::uuid> asked_;
    std::map<core::uuid, core::message> entering_;
    std::set<core::uuid> failed_;
    std::set<core::uuid> told_;
    std::set<std::string> opening_;
    std::set<std::string> open_;
};

}  // namespace mayhem::sim
