#pragma once

namespace mayhem::fleet {

/// Takes out of this process's environment whatever libpq would believe: `PGPASSWORD` goes before a password file,
/// `PGHOSTADDR` before a Unix socket, `PGOPTIONS`, `PGSERVICE`, `PGTZ` and more are sent or obeyed though every option
/// was given. To be called at the start of a process that has a link, before it has threads. A program that it starts
/// gets none of them either.
void forget_environment();

/// The first variable that is still there; null for none.
[[nodiscard]] const char* believed_variable() noexcept;

}  // namespace mayhem::fleet
