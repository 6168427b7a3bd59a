#pragma once

#include <source_location>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/launch.hpp"

namespace mayhem::async::detail {

/// The one way in which every primitive waits: what `co_await park{...}` suspends goes on once somebody has called
/// `branch::wake`. `prepare(branch&)` runs once the branch is parked, to put it where it will be found; it must not
/// suspend, and may wake it at once.
///
/// For the inside of a primitive's own coroutine: Asio takes a function in the place of an awaitable and runs it on the
/// suspended coroutine, so that waiting needs no frame. A wait that was aborted returns, too: `throw_if_aborted` comes
/// next wherever `on_cancel` is null.
template <typename Prepare>
struct park {
    const char* what;
    std::source_location at;
    Prepare prepare;
    branch::cancel_action on_cancel = nullptr;

    launch::base* operator()(launch::frame* suspended) {
        branch& b = *current_branch;
        b.park(launch(std::move(*suspended->detach_thread())), what, at, on_cancel);
        prepare(b);
        return nullptr;
    }
};

template <typename Prepare>
park(const char*, std::source_location, Prepare) -> park<Prepare>;
template <typename Prepare>
park(const char*, std::source_location, Prepare, branch::cancel_action) -> park<Prepare>;

/// Throws `operation_aborted` if the wait that has just ended was aborted.
inline void throw_if_aborted() {
    if (current_branch->aborted) [[unlikely]] {
        throw asio::system_error(asio::error::operation_aborted);
    }
}

/// What `suspend` keeps in its frame. Every sleeper has one, so it is small.
template <typename Prepare>
struct lone_park {
    park<Prepare> wait;
    launch::frame* self = nullptr;
};

template <typename Prepare>
awaitable<void> run_alone(lone_park<Prepare> alone) {
    co_await [&alone](launch::frame* suspended) {
        alone.self = suspended;
        return alone.wait(suspended);
    };
    if (current_branch->aborted) [[unlikely]] {
        alone.self->set_error(asio::error::operation_aborted);  // thrown once, where it is awaited
    }
}

/// The same as an awaitable of its own, which throws when it was aborted.
template <typename Prepare>
[[nodiscard]] awaitable<void> suspend(const char* what, std::source_location at, Prepare prepare) {
    return run_alone(lone_park<Prepare>{{what, at, std::move(prepare)}});
}

}  // namespace mayhem::async::detail
