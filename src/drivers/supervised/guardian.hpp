#pragma once

namespace mayhem::drivers {

/// The whole life of a guardian: a tiny process, forked and never executing anything else, that leads the process group
/// of a supervised command and ends the group when Mayhem is gone, however it went, SIGKILL included.
///
/// Mayhem holds the write end of the pipe `lifeline`; its end of file is Mayhem's. Because the guardian leads the
/// group, the group's number stays taken until Mayhem has reaped it, so a signal to the group can never reach a
/// stranger. It ignores every signal that can be ignored: those meant for the group reach it too.
///
/// Called between fork and exec: async-signal-safe, with all signals blocked.
[[noreturn]] void be_guardian(int lifeline) noexcept;

}  // namespace mayhem::drivers
