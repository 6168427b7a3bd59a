#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mayhem/core/act.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::pipeline {

/// What a group does to its targets, and who does it: one action, or several, of which each moment gets one; and what
/// an operator may ask for beside them. Each act has a driver of its own, made once. The drivers outlive it. Copies are
/// one and the same. The loop's thread only.
class group_acts {
public:
    struct entry {
        core::act what{};
        unsigned weight = 1;  ///< how often, beside the others
        ports::driver* by = nullptr;
    };

    /// Makes the driver of an act that is not one of the group's own as its config has it; it lives as long as the
    /// others. Throws, derived from `std::exception`, why that cannot be.
    using maker = std::function<ports::driver&(const core::act&)>;

    /// So many acts at most that are none of the group's own are known to one flow.
    static constexpr std::size_t made_max = 256;

    /// The one of this driver.
    explicit group_acts(ports::driver& only);

    /// `own`: at least one. `by_hand`: the names of the actions that an operator may ask for with parameters as he
    /// likes; only of these and its own is one made.
    group_acts(std::vector<entry> own, std::vector<std::string> by_hand, maker make);

    /// At least one.
    [[nodiscard]] std::span<const entry> own() const noexcept { return all_->own; }

    /// Those that were made beside them.
    [[nodiscard]] std::span<const entry> made() const noexcept { return all_->made; }

    /// What the moment with this stream gets (`core::draw_act`).
    [[nodiscard]] const entry& draw(const core::random_source& moment) const;

    /// Who does it: null if the group has no action of that name (any more), or not with these parameters. One without
    /// a name is the first of its own.
    [[nodiscard]] ports::driver* find(const core::act& a) const;

    /// The same, and why not.
    [[nodiscard]] ports::driver& get(const core::act& a) const;

    /// What an operator may ask for beside its own, with parameters as he likes.
    [[nodiscard]] const std::vector<std::string>& by_hand() const noexcept { return all_->by_hand; }

    /// Whether what lasts may meet what does not: then a target is the same one by its life alone, which both may name.
    [[nodiscard]] bool is_mixed() const noexcept { return all_->own.size() > 1 || !all_->is_by_hand_own; }

private:
    struct known {
        std::vector<entry> own;
        std::vector<unsigned> weights;
        std::vector<std::string> by_hand;
        bool is_by_hand_own = true;  ///< nothing but its own may be asked for
        maker make;
        std::vector<entry> made{};
    };
    std::shared_ptr<known> all_;
};

}  // namespace mayhem::pipeline
