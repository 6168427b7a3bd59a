#pragma once

#include <string>

namespace mayhem::system {

/// What this host is called, in lower case, as the kernel has it: with or without its domain, as somebody has set it.
/// "localhost" where it has no name.
[[nodiscard]] std::string host_name();

}  // namespace mayhem::system
