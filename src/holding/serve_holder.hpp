#pragma once

#include <filesystem>

#include "holding/holder_permission.hpp"

namespace mayhem::holding {

/// The whole life of a holder that the service manager has started for somebody who has connected to its socket:
/// `connection`, for both directions. Reads one order or question from it, and does what root allows
/// (`read_permission`, `why_not_permitted`); the rest as every holder (`actions::be_holder`): the end of the connection
/// ends it. Says on standard error, for the journal, what it was asked for and what became of that. Returns the exit
/// status, 0 unless it has refused.
[[nodiscard]] int serve_holder(int connection, const std::filesystem::path& permission = permission_file);

}  // namespace mayhem::holding
