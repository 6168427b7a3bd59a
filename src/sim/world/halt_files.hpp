#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mayhem/async/event.hpp"
#include "sim/world/scene.hpp"

namespace mayhem::sim {

/// The file of the world's host that halts the daemon while it is there. It outlives every daemon.
class halt_files {
public:
    explicit halt_files(scene& s) : scene_(s) {}

    /// Makes it, or removes it; the wish is answered when a daemon has looked.
    void make(std::string why);
    void remove();
    [[nodiscard]] bool is_there() const noexcept { return is_there_; }
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

    /// A daemon has looked, saw what was there at `change`, and works by it now.
    void note_look(std::uint64_t change);
    [[nodiscard]] std::uint64_t change() const noexcept { return changes_; }

    /// Is told of each change.
    std::function<void()> on_change;

private:
    void wish(wish_kind what);

    scene& scene_;
    bool is_there_ = false;
    std::string why_;
    std::uint64_t changes_ = 0;
    struct open_wish {
        std::uint64_t id;
        std::uint64_t change;
    };
    std::vector<open_wish> wishes_;
};

}  // namespace mayhem::sim
