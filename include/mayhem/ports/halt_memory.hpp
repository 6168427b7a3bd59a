#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::ports {

/// That an operator halted Mayhem: kept until somebody resumes, over restarts and reboots.
struct halt_record {
    std::string who;
    std::string why;  ///< may be empty
    core::wall_time since{};

    friend bool operator==(const halt_record&, const halt_record&) = default;
};

/// What outlives a daemon of the halt by command. Other processes may write it, too.
///
/// Every call throws `core::store_failed`. One that would have written may have done so all the same: the next life may
/// find the old or the new, until a later call has succeeded. A call that is cancelled still completes its write.
class halt_memory {
public:
    virtual ~halt_memory() = default;

    [[nodiscard]] virtual async::awaitable<std::optional<halt_record>> read_halt() = 0;

    /// Durable when it returns.
    [[nodiscard]] virtual async::awaitable<void> write_halt(halt_record r) = 0;

    /// Nobody halts any more, unless another one stands there than those `known`: that one was written by somebody who
    /// has not been heard of yet. Returns it; nothing means that it is done, durably.
    [[nodiscard]] virtual async::awaitable<std::optional<halt_record>> forget_halt(std::vector<halt_record> known) = 0;
};

}  // namespace mayhem::ports
