#include "mayhem/async/shield.hpp"

#include <string>

namespace mayhem::async {

void detail::throw_shield_expired(std::source_location at, clock::duration limit) {
    const auto limit_ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
    throw shield_expired(std::string("the operation shielded in ") + at.function_name() + " (" + at.file_name() + ":" +
                         std::to_string(at.line()) + ") had not ended " + std::to_string(limit_ms) +
                         " ms after the cancellation and was cut");
}

bool is_cancel_requested() noexcept { return detail::current_branch != nullptr && detail::current_branch->is_asked(); }

}  // namespace mayhem::async
