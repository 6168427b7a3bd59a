#pragma once

#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/target.hpp"

namespace mayhem::ports {

/// What a probe found.
struct probe_result {
    bool passes = false;
    std::string detail;  ///< for a person: what was asked and what was answered
};

/// Asks whether a group is in its steady state: before an act, and again before its target counts as recovered. The
/// loop's thread only.
class probe {
public:
    virtual ~probe() = default;

    /// What is asked, for a person: "tcp 127.0.0.1:5432".
    [[nodiscard]] virtual std::string describe() const = 0;

    /// Asks once, on behalf of `t`, within the probe's own timeout. What cannot be asked does not pass, whatever the
    /// reason. Throws nothing but a cancellation of the caller.
    virtual async::awaitable<probe_result> ask(const core::target& t) = 0;
};

}  // namespace mayhem::ports
