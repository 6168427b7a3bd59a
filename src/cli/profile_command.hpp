#pragma once

#include <cstdint>
#include <string_view>

#include "cli/control_client.hpp"
#include "cli/control_commands.hpp"

namespace mayhem::cli {

/// How many samples a profile of gperftools has; nothing if it is none.
[[nodiscard]] std::optional<std::uint64_t> count_samples(std::string_view profile);

/// `mayhem profile`: asks the daemon for a CPU profile of the next seconds and writes it to the file. Returns the exit
/// status. Throws `cannot_write` when the file cannot be written, which is found out before the daemon is asked; the
/// file is replaced when the profile is there, and not before.
int profile(const control_options& o, const control_client& daemon);

}  // namespace mayhem::cli
