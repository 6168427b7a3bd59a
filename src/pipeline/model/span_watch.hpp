#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/rules/span.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/ports/action.hpp"
#include "mayhem/ports/go_ahead.hpp"
#include "mayhem/ports/probe.hpp"

namespace mayhem::pipeline {

/// Who looks at a target while something stands on it: the probe at once, and so long after each answer. Null: nobody.
/// Neither holds the other up.
/// Lives as long as what stands.
struct span_onlooker {
    ports::probe* probe = nullptr;
    ports::probe* stop_if = nullptr;  ///< is asked every second; once it does not pass, what stands must end
    std::chrono::nanoseconds every = std::chrono::seconds{1};
    std::function<void(std::string_view effect)> when_it_stands{};  ///< is told so; none: nobody
};

/// Waits while something stands on a target, and looks on: it says when that must end, or has ended, and what the
/// target's probe answered meanwhile. Ends nothing itself, and writes nothing down. One for each that stands; the
/// loop's thread only.
class span_watch {
public:
    /// All references outlive it. `how` has begun `n` on `t`.
    span_watch(ports::action& how, ports::undo_note n, core::target t, const ports::go_ahead& may_act,
               span_onlooker looks);

    /// Why it stands no more, or must not.
    struct end {
        core::span_end how = core::span_end::time_over;
        std::optional<std::string> why_early{};  ///< for a person; nothing: its time is over
    };

    /// Returns after `length`, or when it has ended by itself, or when it must end: within a quarter of a second.
    /// Throws a cancellation, and nothing else. Once.
    async::awaitable<end> wait_out(std::chrono::nanoseconds length);

    /// What the probe has said so far; the answer that was waited for at the end counts for nothing.
    [[nodiscard]] const core::looks_during& during() const noexcept { return during_; }

private:
    async::awaitable<end> wait(std::chrono::nanoseconds length);
    async::awaitable<void> look_on();
    async::awaitable<void> ask_whether_to_stop();

    ports::action& how_;
    const ports::undo_note note_;
    const core::target target_;
    const ports::go_ahead& may_act_;
    const span_onlooker looks_;
    core::looks_during during_;
    std::optional<std::string> stops_{};  ///< why
};

}  // namespace mayhem::pipeline
