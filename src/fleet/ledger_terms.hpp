#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::fleet {

/// Where a group's draw stands: a round is one order of all targets of all hosts, `cursor` the last whose turn it was.
struct draw_position {
    std::uint64_t round = 1;
    std::string cursor{};

    friend bool operator==(const draw_position&, const draw_position&) = default;
};

/// One target of a host, as it stands now, that the host would have hit.
struct offer {
    std::string key{};  ///< its place in the order of the round
    std::string target{};
    std::string incarnation{};
    std::vector<std::string> falls{};  ///< members of the group that would go down with it
    core::duration lasts{};            ///< how long what would be done stands

    friend bool operator==(const offer&, const offer&) = default;
};

/// What the database is.
struct ledger_schema {
    int version = 0;
    int reads_from = 0;  ///< the oldest program, by the newest version that it knows, which may work with it
};

/// A new life of a host's daemon.
struct newcomer {
    std::uint64_t life_number = 0;  ///< greater than that of the life before it
    core::uuid record{};            ///< of its own database: a copy of the host has the same
    std::string machine{};          ///< whoever has the same one acts on the same targets; empty: not compared
    std::string version{};
};

struct greeting {
    core::wall_time now{};                      ///< by the database's clock
    std::optional<std::string> same_machine{};  ///< another host that is there, and has the same machine
};

/// What a sign of life brings back.
struct heartbeat {
    core::wall_time now{};
    bool is_halted = false;  ///< the whole fleet
    std::vector<core::uuid> grants{};
};

/// Somebody wants to know who stands.
struct census_question {
    std::string group{};
    std::uint64_t census = 0;
    draw_position draw{};
};

struct fleet_news {
    bool is_halted = false;
    std::vector<core::uuid> grants{};
    std::vector<census_question> questions{};
};

/// What a host says of a group, unasked at a moment or because somebody has asked.
struct census_answer {
    std::string group{};
    std::uint64_t seq = 0;     ///< counted by the host: a late answer never overwrites a newer one
    std::uint64_t census = 0;  ///< the one that it answers; 0: none
    std::optional<core::wall_time> moment{};
    std::string plan{};  ///< fingerprint of the plan that the host follows
    std::uint32_t members = 0;
    std::uint32_t standing = 0;          ///< without those that an act of `taken` has down, or is about to take down
    std::vector<core::uuid> taken{};     ///< at most 64
    draw_position draw{};                ///< for which both offers were made
    std::optional<fleet::offer> own{};   ///< who is next in this round
    std::optional<fleet::offer> next{};  ///< who would be first in the next one
};

/// Where the group stands. A host whose offers were made for another position makes them anew and answers again.
struct group_standing {
    draw_position draw{};
    bool is_decided = false;  ///< the moment of the answer
    core::wall_time last{};   ///< the newest moment that is decided
    std::uint64_t version = 0;
};

struct turnout {
    std::uint64_t answered = 0;
    std::uint64_t present = 0;  ///< hosts
};

/// What a moment is to be decided by.
struct moment_case {
    std::string group{};
    core::wall_time moment{};
    core::uuid message{};
    core::wall_time expires_at{};
    std::string plan{};
    std::optional<std::uint64_t> census{};  ///< nothing: by what was sent for the moment, unasked
    draw_position draw{};
    std::uint64_t known_version = 0;  ///< the newest of which this host has ever heard

    struct missed {
        core::wall_time moment{};
        core::uuid message;
    };
    std::vector<missed> missed_before{};  ///< of the plan, and not decided as far as is known; at most 1000
};

enum class decision {
    granted,
    skipped,
    decided_already,  ///< by somebody else, or by this very call, whose answer was lost
    other_config,     ///< the caller follows another plan than the group
    ask_again,        ///< offers are wanted for another position of the draw
    clock_off,        ///< the moment lies more than 1 s ahead of the database's clock
};

struct decided {
    decision what = decision::skipped;
    std::string reason{};  ///< of what was skipped: the guard that says no
    std::uint64_t version = 0;
};

/// What a host is to do, or has begun.
struct granted_act {
    core::uuid message{};
    std::string group{};
    core::wall_time planned_at{};
    std::string target{};
    std::string incarnation{};
    core::wall_time granted_at{};
    core::wall_time expires_at{};
    bool is_open = false;  ///< granted, and neither claimed, settled nor revoked
};

struct claim_case {
    core::uuid message{};
    core::uuid nonce{};  ///< of this very claim
    std::string plan{};
    std::uint64_t known_version = 0;
};

/// Whether an act may be made.
enum class claim_answer {
    ok,
    ok_before,  ///< this very claim was made earlier and its answer lost: the place is taken, and nothing may be done
    refused,    ///< `claimed::reason`; the place is given back
    unknown,    ///< no act of this host has this message
};

struct claimed {
    claim_answer answer = claim_answer::unknown;
    std::string reason{};
    std::uint64_t version = 0;
    std::chrono::nanoseconds sent{};  ///< before the database looked, by the clock that goes on in a suspend
};

/// What an end means for the failures in a row.
enum class in_a_row { success, failure, neither };

struct settlement_case {
    core::uuid message{};
    std::string verdict{};
    bool has_acted = false;  ///< not: the place is given back
    in_a_row row = in_a_row::neither;
    std::string opens_breaker{};  ///< why; empty: it does not
    std::uint32_t standing = 0;   ///< what the host would answer now
    std::uint64_t seq = 0;
    std::uint64_t known_version = 0;
};

enum class settle_answer { ok, already, unknown };

struct settled_act {
    settle_answer answer = settle_answer::unknown;
    std::uint64_t version = 0;
};

/// How an attempt ended, for the fleet's report.
struct attempt_note {
    core::uuid message{};
    int attempt = 1;
    std::string group{};
    std::string target{};
    core::wall_time planned_at{};
    core::wall_time started_at{};
    core::wall_time ended_at{};
    std::string verdict{};
    std::string refused_by{};
    std::optional<core::duration> recovery{};
    std::string error{};
};

enum class proposal_answer {
    same,          ///< it is the group's plan
    other_config,  ///< this host stands aside until an operator adopts its plan
    waiting,       ///< until a majority has said the same for 60 s
    moved,         ///< it has
};

struct proposed {
    proposal_answer answer = proposal_answer::other_config;
    std::uint64_t version = 0;
};

struct halt_standing {
    core::wall_time at{};
    bool stands = false;  ///< not: it was ended since, by whom ever
};

}  // namespace mayhem::fleet
