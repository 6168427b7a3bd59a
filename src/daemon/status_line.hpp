#pragma once

#include <functional>
#include <utility>

#include "mayhem/ports/observer.hpp"

namespace mayhem::app {

/// Notices what may change the line that the service manager shows: a breaker that opens, and, with the next message,
/// one that was closed. The loop's thread only.
class status_line final : public ports::observer {
public:
    explicit status_line(std::function<void()> on_change) : on_change_(std::move(on_change)) {}

    void observe(const ports::step& s) noexcept override {
        if (s.kind == ports::step_kind::breaker_opened || s.kind == ports::step_kind::published) {
            on_change_();
        }
    }
    void warn(std::string_view /*text*/) noexcept override {}

private:
    std::function<void()> on_change_;
};

}  // namespace mayhem::app
