#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mayhem/ports/undo_notes.hpp"
#include "sim/world/scene.hpp"

namespace mayhem::sim {

/// The undo notes on the disk of the world's host, and what stands of that for which they are; tells the judge who
/// answers for what. By the name of the target. It outlives every daemon.
class undo_shelf {
public:
    explicit undo_shelf(scene& s) : scene_(s) {}

    void add(const ports::undo_note& n);
    void remove(const ports::undo_note& n);
    [[nodiscard]] std::vector<ports::undo_note> all() const;

    /// Something begins to stand, and is over. `until` is when it is to end.
    void begin(const std::string& target, const std::string& group, steady_time until, bool has_no_effect = false);
    void end(const std::string& target, fault_end how = fault_end::undone);
    [[nodiscard]] bool does_anything_stand() const noexcept { return !standing_.empty(); }

private:
    scene& scene_;
    std::map<std::string, ports::undo_note> notes_;
    std::map<std::string, std::uint64_t> standing_;  ///< the number of the fault
};

}  // namespace mayhem::sim
