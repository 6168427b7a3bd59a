#pragma once

#include <sys/types.h>

namespace mayhem::drivers {

/// What a guardian tells Mayhem, each in one write to a pipe.
struct guardian_word {
    enum class kind {
        started,   ///< `pid` is the command's, which is about to execute
        no_start,  ///< it could not be forked; `number` is the errno, and nothing else comes
        ended,  ///< the command ended by itself or was killed; `code` and `number` as in siginfo_t: si_code, si_status
        left,   ///< `pid` could not be ended, and lives on
    };
    kind what = kind::started;
    pid_t pid = 0;
    int code = 0;
    int number = 0;
};

/// At most so many are told to be left.
inline constexpr int guardian_left_max = 16;

/// What a guardian needs.
struct guardian_task {
    int lifeline = -1;  ///< read end of a pipe; its end of file tells that the command's time is over
    int words = -1;     ///< write end of a pipe, for `guardian_word`

    /// The life of the command's process, whose parent is `guardian`; does not return.
    void (*be_command)(const void* what, pid_t guardian) noexcept = nullptr;
    const void* what = nullptr;
};

/// The whole life of a guardian: a tiny process, forked and never executing anything else, that is the parent of a
/// supervised command and ends it, with everybody who comes from it, when Mayhem closes the lifeline or is gone,
/// however it went, SIGKILL included.
///
/// It is a child subreaper: who loses its parent becomes the guardian's child, whatever group, session or user it has
/// changed to. So nobody who comes from the command gets away, and the guardian reaps all of them; but the command
/// itself only at the end, so that until then its number, which is also that of its process group, can be no
/// stranger's. Who may not be killed (another user's, without CAP_KILL) or does not end within `killed_within` is told
/// (`left`); the exit status is then 1.
///
/// It ignores every signal that can be ignored and stands in a group of its own. If it is killed itself, the kernel
/// kills the command (PR_SET_PDEATHSIG, which the command's process asks for; a set-user-ID program that it executes
/// takes that back), and others live on, with init as their parent.
///
/// Called between fork and exec, with all signals blocked: async-signal-safe.
[[noreturn]] void be_guardian(const guardian_task& task) noexcept;

}  // namespace mayhem::drivers
