#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fleet/call_outcome.hpp"
#include "fleet/ledger_terms.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::fleet {

/// What a call came to. Only of `unknown` nobody knows whether it happened.
template <typename T>
using reply = std::variant<T, refused, unknown, not_sent>;

/// What the hosts of a fleet agree on, as one life of one host's daemon sees it: whose turn it is, who may act, how it
/// ended. Each call is one transaction, whose rules stand with the functions of the database (fleet/sql): this is what
/// they say in C++. Which call may be made again after `unknown`: all but `claim`, whose nonce must stay the same then
/// and only tells what to settle.
///
/// The loop's thread only. Whoever is cancelled in a call does not know either.
class ledger {
public:
    virtual ~ledger() = default;

    /// Whether this program may work with it at all is asked first.
    virtual async::awaitable<reply<ledger_schema>> schema() = 0;

    /// This life speaks for its host from now on; before anything else. Refused as `name_taken` where another one does.
    virtual async::awaitable<reply<greeting>> hello(newcomer n) = 0;

    /// Every 30 s. `clock_ahead`: this host's clock against the database's. A daemon that ends in order is `leaving`.
    virtual async::awaitable<reply<heartbeat>> beat(std::optional<core::duration> clock_ahead, bool leaving) = 0;

    virtual async::awaitable<reply<fleet_news>> poll() = 0;

    /// A new census for the moment. Nothing: it is decided. A census of 0: somebody else has asked within the last 3 s.
    virtual async::awaitable<reply<std::optional<census_question>>> ask(std::string group, core::wall_time moment) = 0;
    virtual async::awaitable<reply<group_standing>> answer(census_answer a) = 0;

    /// How many have answered the census; nothing: what was sent for the moment.
    virtual async::awaitable<reply<turnout>> answered(std::string group, std::optional<std::uint64_t> census,
                                                      core::wall_time moment) = 0;
    virtual async::awaitable<reply<decided>> decide(moment_case c) = 0;

    /// An act of this host; nothing: it has none of this message.
    virtual async::awaitable<reply<std::optional<granted_act>>> grant_of(core::uuid message) = 0;

    /// What former lives of this host have claimed and not settled.
    virtual async::awaitable<reply<std::vector<granted_act>>> left_over() = 0;

    virtual async::awaitable<reply<claimed>> claim(claim_case c) = 0;
    virtual async::awaitable<reply<settled_act>> settle(settlement_case s) = 0;

    /// False: that was known.
    virtual async::awaitable<reply<bool>> note(attempt_note n) = 0;

    /// Which plan this host would follow, with its limits as JSON (`fleet_terms`).
    virtual async::awaitable<reply<proposed>> propose(std::string group, std::string plan, std::string terms,
                                                      std::uint64_t known_version) = 0;

    /// `group` empty: the whole fleet. Said again with the same id, it is the same halt.
    virtual async::awaitable<reply<halt_standing>> halt(core::uuid id, std::string group, std::string by,
                                                        std::string why) = 0;
};

}  // namespace mayhem::fleet
