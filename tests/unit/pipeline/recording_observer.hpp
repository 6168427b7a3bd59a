#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/async/clock.hpp"
#include "mayhem/ports/observer.hpp"

namespace mayhem::test {

/// One step, as it was seen; `at` counts from the construction of the observer.
struct seen_step {
    ports::step_kind kind{};
    std::string name;  ///< of the target
    core::uuid id;     ///< of the message
    int attempt = 1;
    core::duration length{};
    std::optional<core::guard> refused_by;
    std::string detail;
    async::clock::duration at{};
    std::optional<core::slow_recovery> slower{};
};

/// Notes every step of every message, with the time. The loop's thread only.
class recording_observer final : public ports::observer {
public:
    explicit recording_observer(const async::clock& c) : clock_(c), began_(c.now()) {}

    void observe(const ports::step& s) noexcept override;
    void warn(std::string_view text) noexcept override { warnings_.emplace_back(text); }

    /// `o` is told each step, too, and outlives the last one.
    void pass_on_to(ports::observer& o) noexcept { next_ = &o; }

    [[nodiscard]] const std::vector<seen_step>& steps() const noexcept { return steps_; }
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }
    [[nodiscard]] std::size_t count(ports::step_kind k) const;

    /// The steps of this kind, in order.
    [[nodiscard]] std::vector<seen_step> of(ports::step_kind k) const;

    /// The kinds of all steps in order, but the extensions: "pulled saved restarted recovered acked".
    [[nodiscard]] std::string story() const;

private:
    const async::clock& clock_;
    const async::clock::time_point began_;
    ports::observer* next_ = nullptr;
    std::vector<seen_step> steps_;
    std::vector<std::string> warnings_;
};

}  // namespace mayhem::test
