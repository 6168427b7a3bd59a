#pragma once

#include "cli/control_commands.hpp"

namespace mayhem::cli {

/// `status`, once. Throws `no_daemon`.
int show_status(const control_options& o, const control_client& client);

/// `status --watch`: on a terminal in place, as soon as something happens and every second besides, and it waits for a
/// daemon that went away; otherwise once for what happens, a second apart at least, and it throws `no_daemon` at the
/// end of the daemon. Until it is interrupted, or nobody reads it any more.
int watch_status(const control_options& o, const control_client& client);

}  // namespace mayhem::cli
