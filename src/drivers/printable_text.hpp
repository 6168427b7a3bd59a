#pragma once

#include <string>
#include <string_view>

namespace mayhem::drivers {

/// `bytes` with every control character and every byte that is not valid UTF-8 replaced by '?'. A process chooses its
/// own name and command line, and both end up in logs, JSON and the database.
std::string printable_text(std::string_view bytes);

}  // namespace mayhem::drivers
