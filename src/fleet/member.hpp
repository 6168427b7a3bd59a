#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fleet/group_part.hpp"
#include "fleet/ledger.hpp"
#include "fleet/part_counts.hpp"
#include "fleet/take_part.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/core/message.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/victims.hpp"

namespace mayhem::fleet {

/// A group that this host shares with others, as all of them have to have it.
struct shared_group {
    std::string name;
    std::string plan;   ///< the fingerprint of plan and limits
    std::string terms;  ///< the limits, as JSON
    std::string seed;   ///< of the order in which targets have their turn
};

/// A host's part in its fleet, for one life of its daemon: says that it is there, takes part in the moments of its
/// shared groups, asks for leave right before an act, and tells how it ended until somebody has heard it. While the
/// database is away, or does not let this host take part, nothing is decided here and no leave is given; nobody waits
/// for it.
///
/// The loop's thread only.
class member final : public ports::victims {
public:
    static constexpr std::chrono::milliseconds permit{300};  ///< from before the claim was sent
    static constexpr std::chrono::seconds clock_offset_max{1};

    struct identity {
        std::string host;
        newcomer who;  ///< this life
    };
    struct needs {
        ports::observer& observer;
        core::random_source random;
        std::function<std::chrono::nanoseconds()> boot_time;  ///< a clock that goes on in a suspend
        std::chrono::nanoseconds census_wait = std::chrono::seconds{2};
    };

    /// `of` outlives it, as do the references.
    member(ledger& of, identity self, needs n);

    /// These groups are shared from now on, and no others.
    void follow(std::vector<shared_group> groups);

    /// Keeps it up until it is cancelled. Once.
    [[nodiscard]] async::awaitable<void> run();

    /// Says that this host leaves, so that nobody waits for it. After `run` has ended.
    [[nodiscard]] async::awaitable<void> leave();

    [[nodiscard]] bool has(const std::string& group) const;
    [[nodiscard]] const std::string& host() const noexcept { return self_.host; }

    async::awaitable<ports::moment_verdict> decide(ports::shared_moment m, ports::member_source& of) override;

    /// Leave to act because of `m`, for `permit`; otherwise the guard that refuses it.
    [[nodiscard]] async::awaitable<std::optional<core::guard>> claim(const core::message& m);

    /// Whether that leave is over.
    [[nodiscard]] std::optional<core::guard> withdrawn(const core::message& m) const noexcept;

    /// How an attempt ended, which goes on record here: the fleet is told as soon as it can be.
    void settle(const core::message& m, const core::outcome& o);

    /// Why this host takes no part now; empty: it does.
    [[nodiscard]] std::string absence() const;

    /// How much the fleet has not been told yet.
    [[nodiscard]] std::size_t untold() const noexcept { return outbox_.size(); }

    [[nodiscard]] bool is_fleet_halted() const noexcept { return is_halted_; }

    /// How often it has become so, as far as this host has heard.
    [[nodiscard]] std::uint64_t halts_heard() const noexcept { return halts_heard_; }

    /// How far this host's clock is ahead of the database's, as was seen last.
    [[nodiscard]] std::optional<core::duration> clock_ahead() const noexcept { return clock_ahead_; }

    /// Of each group that is shared, or was.
    [[nodiscard]] std::map<std::string, part_counts> counts() const;

private:
    struct part {
        shared_group terms;
        group_part known;
        bool is_followed = true;
        bool is_announced = false;   ///< the fleet knows which plan this host follows
        std::string told_trouble{};  ///< why it does not, as a person was told last
        own_census said{};           ///< at the last look, which the fleet has been told
        part_counts counts{};
    };
    struct end_of_act {
        std::string group;
        settlement_case what;
        bool is_down = false;  ///< as far as is known, the target does not stand
    };
    using letter = std::variant<end_of_act, attempt_note>;

    async::awaitable<ports::moment_verdict> take_part_in(ports::shared_moment m, ports::member_source& of);
    async::awaitable<std::optional<core::guard>> ask_leave(const core::message& m);
    async::awaitable<void> enter();
    async::awaitable<void> beat();
    async::awaitable<void> tell_ends();
    async::awaitable<void> announce();
    async::awaitable<void> vote(part& p);

    /// Whether it is told, or can never be.
    async::awaitable<bool> tell(letter l);
    void hear(const refused& no);
    void note_clock(core::wall_time before, core::wall_time database, core::wall_time after);
    void absent_because(std::string why);
    [[nodiscard]] part* find(const std::string& group);

    ledger& ledger_;
    const identity self_;
    needs needs_;
    std::map<std::string, part> parts_;
    std::string absent_because_ = "it has not been let in yet";
    std::optional<core::duration> clock_ahead_;
    bool is_halted_ = false;
    std::uint64_t halts_heard_ = 0;
    std::map<core::uuid, std::chrono::nanoseconds> permits_;  ///< until when, by `boot_time`
    std::deque<letter> outbox_;
    async::event outbox_has_more_;
    async::event asks_;  ///< there may be a plan to tell of
};

}  // namespace mayhem::fleet
