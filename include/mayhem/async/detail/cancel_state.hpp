#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mayhem::async::detail {

/// What a cancellation has come to on one branch. The order is part of it: what has been asked to end comes after what
/// has not, and where each await throws last.
enum class cancel_state : std::uint8_t {
    open,            ///< nobody has asked it to end
    shielded,        ///< nobody has asked; only a hard cancellation would come through
    cleaning,        ///< the same, in a clean-up, and no await would throw
    shielded_asked,  ///< asked, and held back
    cleaning_asked,  ///< asked, and held back until the clean-up ends
    cleaning_told,   ///< asked before the clean-up began, or hard since: that wait was cut, the awaits do not throw
    cut,             ///< shielded, and asked hard: each await throws
    refusing,        ///< asked: each await throws
};
inline constexpr std::size_t cancel_states = 8;

/// What happens to it.
enum class cancel_event : std::uint8_t {
    cancel,               ///< `task_group::cancel`, a `with_timeout` that expires
    cancel_hard,          ///< `task_group::cancel_hard`, a shield whose limit is over
    begin_cleanup,        ///< by the coroutine itself
    end_cleanup,          ///< the operation that began it has ended, and what goes on is open to cancellation
    end_shielded_cleanup  ///< or what goes on is the operation of a shield, and held back with it
};
inline constexpr std::size_t cancel_events = 5;

/// The whole of it: what a branch is after an event. An operation that ends without having begun a clean-up is none.
inline constexpr std::array<std::array<cancel_state, cancel_events>, cancel_states> cancel_table = [] {
    using enum cancel_state;
    // clang-format off
    return std::array<std::array<cancel_state, cancel_events>, cancel_states>{{
        // cancel          cancel_hard    begin_cleanup   end_cleanup     end_shielded_cleanup
        {refusing,         refusing,      cleaning,       open,           open},            // open
        {shielded_asked,   cut,           cleaning,       shielded,       shielded},        // shielded
        {cleaning_asked,   cleaning_told, cleaning,       open,           shielded},        // cleaning
        {shielded_asked,   cut,           cleaning_asked, shielded_asked, shielded_asked},  // shielded_asked
        {cleaning_asked,   cleaning_told, cleaning_asked, refusing,       shielded_asked},  // cleaning_asked
        {cleaning_told,    cleaning_told, cleaning_told,  refusing,       cut},             // cleaning_told
        {cut,              cut,           cleaning_told,  cut,            cut},             // cut
        {refusing,         refusing,      cleaning_told,  refusing,       refusing},        // refusing
    }};
    // clang-format on
}();

[[nodiscard]] constexpr cancel_state after(cancel_state s, cancel_event e) noexcept {
    return cancel_table[static_cast<std::size_t>(s)][static_cast<std::size_t>(e)];
}

/// Somebody has asked the branch to end, whether or not it has come through.
[[nodiscard]] constexpr bool is_asked(cancel_state s) noexcept { return s >= cancel_state::shielded_asked; }

/// Each await throws.
[[nodiscard]] constexpr bool is_refused(cancel_state s) noexcept { return s >= cancel_state::cut; }

/// A cancellation is held back: it cuts no wait, nor what the branch has begun meanwhile. A hard one never is.
[[nodiscard]] constexpr bool holds_back(cancel_state s) noexcept {
    return s != cancel_state::open && s != cancel_state::refusing;
}

[[nodiscard]] constexpr bool is_cleaning(cancel_state s) noexcept {
    return s == cancel_state::cleaning || s == cancel_state::cleaning_asked || s == cancel_state::cleaning_told;
}

/// An operation that began as `before` has ended as `now`: what goes on. A clean-up that it began ends with it.
[[nodiscard]] constexpr cancel_state after_operation(cancel_state before, cancel_state now) noexcept {
    if (!is_cleaning(now) || is_cleaning(before)) {
        return now;
    }
    return after(now, holds_back(before) ? cancel_event::end_shielded_cleanup : cancel_event::end_cleanup);
}

}  // namespace mayhem::async::detail
