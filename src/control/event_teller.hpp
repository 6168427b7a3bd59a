#pragma once

#include <string>
#include <string_view>

#include "control/event_stream.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/ports/observer.hpp"

namespace mayhem::control {

/// Makes events out of the steps of the messages' lives (docs/openapi.json has the fields). The loop's thread only;
/// `to` and `c` outlive it.
class event_teller final : public ports::observer {
public:
    event_teller(event_stream& to, async::clock& c) noexcept : stream_(to), clock_(c) {}

    void observe(const ports::step& s) noexcept override;
    void skipped(const core::skip& s) noexcept override;
    void warn(std::string_view text) noexcept override;

private:
    event_stream& stream_;
    async::clock& clock_;
};

/// One line of JSON.
[[nodiscard]] std::string to_json(const ports::step& s, core::wall_time at);

}  // namespace mayhem::control
