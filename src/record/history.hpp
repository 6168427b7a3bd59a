#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "mayhem/core/act.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::stores {

/// Which attempts are asked for; what is absent does not restrict.
struct history_filter {
    static constexpr std::size_t limit_max = 1'000'000;

    std::optional<core::wall_time> since{};  ///< started then or later
    std::optional<std::string> group{};
    std::optional<std::string> target{};  ///< the target's id or name
    std::optional<core::verdict> verdict{};
    std::optional<core::uuid> message{};      ///< of this one alone
    std::optional<core::wall_time> before{};  ///< started before: how a page goes on with what is older
    std::optional<std::string> host{};        ///< in a fleet's record: on this one; a host's own does not look at it
    std::size_t limit = limit_max;            ///< the newest so many; more than `limit_max` counts as that

    /// Also what came before `since`, as far as recoveries are held against it (usual_recovery.hpp).
    bool with_past = false;

    /// Told how many attempts have been read, each ten thousand; for who wants to know how far it is.
    std::function<void(std::size_t)> on_progress{};
};

/// One attempt at a message, as recorded.
struct history_row {
    core::uuid message;
    std::string group;
    std::string target;  ///< its id
    std::string name;    ///< its short name
    std::string incarnation_before;
    std::string incarnation_after;  ///< empty when unknown
    std::string message_state;      ///< journalled, running, nacked, acked or dead_lettered
    core::wall_time planned_at{};
    int attempt = 1;
    core::wall_time started_at{};
    std::optional<core::wall_time> ended_at;  ///< absent while it runs, and if the daemon was killed in it
    std::optional<core::verdict> verdict;     ///< absent with `ended_at`
    std::optional<core::disposition> disposition;
    std::optional<core::guard> refused_by;
    std::optional<core::duration> recovery;
    std::string error;                ///< empty when nothing went wrong
    std::vector<core::fate> reach{};  ///< who was to go down with the target, and what became of them

    // Of what recovered: as in `core::outcome`.
    std::int64_t sequence = 0;         ///< of the message, in the order in which they were entered
    std::string act{};                 ///< empty: a former version did not note it
    core::duration not_before{};       ///< zero, likewise
    std::optional<core::pace> pace{};  ///< as the daemon judged it then
    std::optional<core::duration> usual{};
    core::recovery_stages stages{};

    std::shared_ptr<const core::span_facts> span{};  ///< of what lasted, and stood; null: of any other
    core::act what{};                                ///< what its message asks for; empty: of a former version

    std::string host{};  ///< in a fleet's record: where the target is; empty: in a host's own
};

/// How many messages are where. Restricted by the filter's group and target, and by `since` on their planned moment.
struct message_counts {
    std::size_t journalled = 0;  ///< durable, no attempt yet
    std::size_t running = 0;     ///< an attempt has begun and not ended
    std::size_t nacked = 0;      ///< to be redelivered
    std::size_t acked = 0;       ///< done with, the expired included
    std::size_t expired = 0;     ///< of the acked: came too late, nothing was done
    std::size_t dead_lettered = 0;

    [[nodiscard]] std::size_t pending() const noexcept { return journalled + running + nacked; }
    friend bool operator==(const message_counts&, const message_counts&) = default;
};

/// A planned moment without a message, as recorded.
struct skip_row {
    core::wall_time at{};
    std::string group;
    core::wall_time planned_at{};
    std::int64_t moments = 1;  ///< it stands for so many, up to `planned_at`
    std::optional<core::guard> reason;
    std::string target;  ///< its id; empty when none had been drawn
    std::string detail;
    std::string host{};  ///< as in `history_row`; empty also where the fleet let nobody act
};

struct history {
    std::vector<history_row> attempts;  ///< oldest first
    bool is_cut = false;                ///< older attempts match too and were left out by the limit
    message_counts messages;
    std::vector<history_row> past{};  ///< attempts before `since`, when they were asked for; oldest first

    /// Oldest first; the newest so many, like `attempts`. The filter's `since` is of the planned moment; none of them
    /// has a verdict.
    std::vector<skip_row> skips{};

    /// Of all hosts, from a fleet's database, which holds less of each attempt: what is missing in `attempts` and in
    /// `messages` is not known then, and is shown as that.
    bool is_of_fleet = false;
};

/// Reads straight from the database file, read-only, from one consistent moment; a daemon that writes meanwhile is
/// neither held up nor in the way. Synchronous. Throws `core::store_failed`, also soon after `stop` was requested.
[[nodiscard]] history read_history(const std::filesystem::path& database, const history_filter& filter = {},
                                   std::stop_token stop = {});

}  // namespace mayhem::stores
