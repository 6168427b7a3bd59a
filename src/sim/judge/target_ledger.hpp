#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/judge/event.hpp"
#include "sim/judge/timeline.hpp"

namespace mayhem::sim {

/// Which incarnations of which targets live, and how they are. A value.
class target_ledger {
public:
    void learn(const when& at, const target_is& t);

    void learn(const when& at, const taken_by_somebody& t);

    /// A time in which somebody kept the target down on purpose.
    struct taking {
        when from;
        std::optional<when> to{};
    };
    [[nodiscard]] std::vector<taking> takings_of(const std::string& target) const;

    /// Whether anybody ever said anything of this target.
    [[nodiscard]] bool is_known(const std::string& target) const { return targets_.contains(target); }

    /// Whether this incarnation may have lived then.
    [[nodiscard]] bool may_live(const std::string& target, const std::string& incarnation, const when& at) const;

    /// When this incarnation was told of first; nothing: never, or long ago.
    [[nodiscard]] std::optional<when> first_seen(const std::string& target, const std::string& incarnation) const;

    /// Whether it certainly did.
    [[nodiscard]] bool must_live(const std::string& target, const std::string& incarnation, const when& at) const;

    /// Which incarnations may have lived then, for a person.
    [[nodiscard]] std::string living(const std::string& target, const when& at) const;

    [[nodiscard]] bool is_protected(const std::string& target) const;

    [[nodiscard]] bool is_in(const std::string& target, const std::string& group) const;

    /// Whether one and the same life of it certainly stood at both moments, and was not about to end.
    [[nodiscard]] bool stood_from_to(const std::string& target, const when& from, const when& to) const;

    /// Which life that was; nothing: none did.
    [[nodiscard]] std::optional<std::string> life_from_to(const std::string& target, const when& from,
                                                          const when& to) const;

    /// The first life of it that began after that, as far as is remembered.
    [[nodiscard]] std::optional<std::string> life_after(const std::string& target, const when& at) const;

    /// How many members of the group may have been healthy then, at most; and how many there were that may have lived.
    struct head_count {
        std::size_t healthy = 0;
        std::size_t living = 0;
    };
    [[nodiscard]] head_count count(const std::string& group, const when& at) const;

    /// The incarnations that began to live after `at`, as far as can be told: since when each was healthy, and whether
    /// it certainly still was so long after that, and when it first was not any more, if it ever was.
    struct successor {
        when healthy;
        bool stands = false;
        std::optional<when> fell{};
    };
    [[nodiscard]] std::vector<successor> healthy_after(const std::string& target, const std::string& incarnation,
                                                       const when& at, core::duration so_long = {}) const;

private:
    /// Dead ones of a target that are remembered.
    static constexpr std::size_t dead_max = 64;
    static constexpr std::size_t takings_max = 64;

    struct life {
        std::string incarnation;
        when first{};
        std::optional<when> healthy;  ///< for the first time
        std::optional<when> fell;     ///< after that
        timeline<target_state> states;
        bool is_dead = false;
    };

    struct known_target {
        std::vector<life> lives;  ///< in the order in which they were told
        std::vector<std::string> groups;
        bool is_protected = false;
        std::vector<taking> takings;
    };

    static void forget_dead(known_target& t);
    [[nodiscard]] const life* find(const std::string& target, const std::string& incarnation) const;

    std::map<std::string, known_target> targets_;
    std::map<std::string, std::set<std::string>> members_;  ///< of each group
};

}  // namespace mayhem::sim
