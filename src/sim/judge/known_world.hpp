#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/judge/event.hpp"
#include "sim/judge/fleet_ledger.hpp"
#include "sim/judge/halt_ledger.hpp"
#include "sim/judge/latch.hpp"
#include "sim/judge/target_ledger.hpp"
#include "sim/judge/timeline.hpp"

namespace mayhem::sim {

/// A group of one host's daemon.
using group_key = std::pair<std::string, std::string>;

/// A message, and what became of it.
struct known_message {
    std::string host;
    when at;  ///< when it was durable
    journalled what;
    std::optional<when> received{};  ///< when somebody began to handle it, at the last attempt
};

/// What an act was, and what it did.
struct known_act {
    std::string host;
    when at;
    act what;
    std::vector<std::pair<when, hit>> hits;
};

/// A trouble of the world, while it stands and afterwards.
struct known_trouble {
    std::string host;
    trouble what;
    when began;
    std::optional<when> ended;
};

/// All that several promises must know of what happened so far. Told each event before them, they only read it. Nothing
/// in it comes from the daemon's own record.
class known_world {
public:
    using config = std::shared_ptr<const config_in_force>;

    void learn(const event& e);

    [[nodiscard]] const target_ledger& targets() const noexcept { return targets_; }
    [[nodiscard]] const fleet_ledger& fleet() const noexcept { return fleet_; }

    /// Whether the host shared the group with others then, whatever is uncertain.
    [[nodiscard]] bool is_shared(const std::string& host, const std::string& group, const when& at) const;

    [[nodiscard]] const halt_ledger& halts(const std::string& host) const;

    /// Whether the group's breaker was open.
    [[nodiscard]] const latch& breaker(const group_key& group) const;

    /// By what the host's daemon worked.
    [[nodiscard]] const timeline<config>& configs(const std::string& host) const;

    /// What the host's wall clock may have shown at `at`, all of it: if it was set at most `within` before, what it
    /// would have shown otherwise as well.
    [[nodiscard]] std::vector<interval<core::wall_time>> wall_times(const std::string& host, const when& at,
                                                                    core::duration within) const;

    /// Nothing for one of which nobody told.
    [[nodiscard]] const known_message* find_message(const std::string& id) const;
    [[nodiscard]] const known_act* find_act(std::uint64_t id) const;
    [[nodiscard]] const asked* find_wish(std::uint64_t id) const;
    [[nodiscard]] const std::map<std::string, known_message>& messages() const noexcept { return messages_; }
    [[nodiscard]] const std::map<std::uint64_t, known_act>& acts() const noexcept { return acts_; }

    /// Of somebody within the reach of an act that begins at `at`: whether whoever looked for who falls with it, since
    /// he had the message in hand, must have seen that this one does. False if it came up, or died, meanwhile.
    [[nodiscard]] bool was_bound_to_fall(const act& a, const std::string& other, const when& at) const;

    /// The messages that name this incarnation.
    [[nodiscard]] std::vector<const known_message*> messages_for(const std::string& target,
                                                                 const std::string& incarnation) const;

    /// Whether a life runs on the host now.
    [[nodiscard]] bool is_alive(const std::string& host) const;

    /// Whether a life of the host may have ended, or begun, between the two.
    [[nodiscard]] bool may_have_died(const std::string& host, const when& from, const when& to) const;

    /// A trouble that may have touched the group (any of the host without one) between the two; `kind`: of this kind
    /// alone.
    [[nodiscard]] const known_trouble* find_trouble(const std::string& host, const std::optional<std::string>& group,
                                                    const when& from, const when& to,
                                                    std::optional<trouble_kind> kind = std::nullopt) const;

    /// Whether the host stood still at some time between the two.
    [[nodiscard]] bool stood_still(const std::string& host, const when& from, const when& to) const {
        return find_trouble(host, std::nullopt, from, to, trouble_kind::standstill) != nullptr;
    }

    /// When the calm phase that stands began, or the last life of the host within it; nothing in a storm.
    [[nodiscard]] std::optional<when> calm_since(const std::string& host) const;
    [[nodiscard]] core::duration calm_within() const noexcept { return calm_within_; }

private:
    struct known_host {
        halt_ledger halts;
        timeline<config> configs;
        std::vector<std::pair<when, clock_set>> clocks;
        std::vector<when> turns;  ///< beginnings and ends of lives
        std::optional<when> began;
        bool is_alive = false;
    };

    [[nodiscard]] const known_host& at(const std::string& host) const;
    void learn_life(const event& e, known_host& h);
    void learn_act(const event& e);
    void learn_breaker(const event& e);
    void learn_trouble(const event& e, const trouble& t);
    void learn_phase(const event& e, const phase_begins& p);

    target_ledger targets_;
    fleet_ledger fleet_;
    std::map<std::string, known_host> hosts_;
    std::map<std::string, known_message> messages_;
    std::multimap<std::pair<std::string, std::string>, std::string> messages_for_;
    std::map<std::uint64_t, known_act> acts_;
    std::map<std::uint64_t, asked> wishes_;
    std::map<group_key, latch> breakers_;
    std::map<std::uint64_t, known_trouble> troubles_;
    std::optional<when> calm_;
    core::duration calm_within_{};
};

}  // namespace mayhem::sim
