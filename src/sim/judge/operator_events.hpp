#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mayhem::sim {

enum class wish_kind { halt, resume, reload, drain, restart, close_breaker, stop };

/// By which way a wish came. `database` is the command's halt, written by another process while nobody answers for the
/// database; it and `command` are one door.
enum class door { command, file, config, database };

/// "asked": an operator does something by which he wants something. A file: when it is made or removed. A signal: when
/// it is sent. The config's own halt is not asked for here: `config` and the wish to reload say it.
struct asked {
    std::uint64_t wish = 0;  ///< no two share one
    wish_kind what = wish_kind::halt;
    sim::door door = sim::door::command;
    std::optional<std::string> group{};   ///< whose breaker
    std::optional<std::string> target{};  ///< what to restart
    std::optional<std::string> action{};  ///< what to do to it; nothing: that is not told
};

enum class answer {
    ok,      ///< it is done
    failed,  ///< it is not, as far as the operator was told
    late,    ///< not in this life, he was told; the next one may find it done
    gone     ///< the operator went before he heard anything: it may be done, now or later
};

/// "answered": what the operator was told. For the doors that do not answer: a file, when the daemon was told of it
/// (the watch's event, or its look at the latest); a database, when the commit is done. None if the daemon died before
/// it.
struct answered {
    std::uint64_t wish = 0;
    sim::answer answer = sim::answer::ok;
    std::string error{};  ///< for a person
};

enum class question { halted, breaker_open, dry_run, ready };

/// "told": the daemon said so to somebody who asked (status, readyz): when the answer is made up, not when it arrives.
struct told {
    sim::question question = sim::question::halted;
    std::optional<std::string> group{};  ///< whose breaker
    bool value = false;
};

}  // namespace mayhem::sim
