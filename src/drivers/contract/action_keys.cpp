#include "drivers/contract/action_keys.hpp"

#include <algorithm>
#include <array>

namespace mayhem::drivers {

bool is_action_key(std::string_view key) noexcept {
    constexpr auto keys = std::to_array<std::string_view>({
        "action", "allow_dead",  "cpu",       "device", "direction",   "directory", "fill_to",      "for",
        "how",    "io_read",     "io_write",  "jitter", "job_timeout", "keep_free", "kill_after",   "latency",
        "loss",   "memory_high", "pause_for", "peers",  "ports",       "signal",    "stop_timeout",
    });
    return std::ranges::find(keys, key) != keys.end();
}

}  // namespace mayhem::drivers
