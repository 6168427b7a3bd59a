#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "mayhem/core/random.hpp"
#include "sim/chance/pace.hpp"
#include "sim/judge/life_events.hpp"

namespace mayhem::sim {

/// What the config of a host has in common with other hosts'.
struct shared_part {
    std::string host;        ///< as which it takes part; the names of what it has by itself begin with it
    std::uint64_t seed = 0;  ///< of all plans
    std::string group;       ///< that hosts share
    std::size_t members = 1;
    std::string text;   ///< [fleet], and the group
    std::string other;  ///< the same with other limits, as a mistake has them
};

/// Draws the config files of a world: which groups there are, when and within which limits they are hit, and the
/// numbers that everything depends on, at their defaults or very small.
class config_maker {
public:
    /// `how_many` groups; nothing: some.
    explicit config_maker(core::random_source random, pace speed = pace::hectic,
                          std::optional<std::size_t> how_many = std::nullopt,
                          std::optional<shared_part> shared = std::nullopt);

    struct herd_member {
        std::string name;
        std::vector<std::string> groups;
        std::vector<std::string> falls_with{};  ///< when one of these goes down, this one does
        bool is_protected = false;
        std::vector<std::string> secretly_with{};  ///< likewise, and no driver knows of it
    };
    /// The targets that there are, whether a config has their group or not.
    [[nodiscard]] const std::vector<herd_member>& members() const noexcept { return members_; }

    /// A file that says otherwise than the last one: what an operator edits.
    void change();

    /// Whether it says other limits for the group that hosts share.
    bool has_other_terms = false;

    /// Whether its `halted` is set.
    bool is_halted = false;

    /// What the daemon logs; a reload sets it anew.
    std::string log_level = "critical";

    /// What stands in the file now.
    [[nodiscard]] std::string text() const;

private:
    struct group {
        std::string name;
        bool is_there = true;
        std::string text;
    };
    void draw_bonds();
    void draw_secrets(core::random_source random);
    void draw_head();
    void draw_group(group& g);
    [[nodiscard]] std::string draw_text(const std::string& name);
    [[nodiscard]] std::string draw_act();
    [[nodiscard]] std::string draw_house(const std::string& name);
    [[nodiscard]] std::string draw_pace();
    [[nodiscard]] std::string draw_dryness();
    [[nodiscard]] std::string draw_acts();
    [[nodiscard]] std::string draw_by_hand();
    [[nodiscard]] const char* pick(std::initializer_list<const char*> from);

    core::random_source random_;
    core::random_source acts_;   ///< what is done to the targets
    const bool has_pauses_;      ///< some groups pause them
    core::random_source bonds_;  ///< who falls with whom
    const bool has_bonds_;
    core::random_source paces_;  ///< how slow is too slow
    core::random_source dryness_;
    core::random_source mixes_;  ///< which groups do several things
    const pace speed_;
    const std::optional<shared_part> shared_;
    std::uint64_t seed_ = 0;
    std::string zone_;
    bool is_dry_ = false;
    std::string head_;
    std::vector<group> groups_;
    std::vector<herd_member> members_;
};

/// What the judge must know of a config.
[[nodiscard]] config_in_force in_force(const app::config& c, std::uint64_t seed);

}  // namespace mayhem::sim
