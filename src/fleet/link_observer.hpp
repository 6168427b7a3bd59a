#pragma once

#include <chrono>
#include <string_view>

#include "fleet/call_outcome.hpp"
#include "fleet/endpoint.hpp"

namespace mayhem::fleet {

/// How a call ended. Views and references are valid during the call of the observer only.
struct call_record {
    std::string_view name;
    const call_outcome* outcome = nullptr;  ///< null: its caller was cancelled while it was under way, so it is unknown
    int tries = 0;                          ///< how often it was sent
    std::chrono::nanoseconds took{};        ///< from when it was asked for
};

/// Is told what a link does: logs and metrics are made of it. Called on the loop's thread between two awaits, so it
/// must be quick, and must not throw, block or suspend.
class link_observer {
public:
    virtual ~link_observer() = default;

    virtual void connected(const endpoint& to, std::chrono::nanoseconds took) noexcept = 0;
    virtual void connection_lost(std::string_view why) noexcept = 0;

    /// No host could be connected to; `why` names each. The next try comes after `wait`.
    virtual void not_connected(std::string_view why, std::chrono::nanoseconds wait) noexcept = 0;

    /// A call ended; one that did not leave the process too.
    virtual void called(const call_record& c) noexcept = 0;
};

}  // namespace mayhem::fleet
