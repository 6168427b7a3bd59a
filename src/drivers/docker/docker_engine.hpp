#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "drivers/docker/docker_container.hpp"
#include "drivers/docker/engine_events.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::drivers {

/// The engine could not be asked, or said no: "cannot pause container ab12: <what the engine says>".
class engine_error : public std::runtime_error {
public:
    /// What has become of what was asked for.
    enum class effect {
        none,     ///< it was not done: the request never arrived, or the engine said no (status 4xx)
        failed,   ///< the engine failed in it (5xx) and is done with it, but a part may be done, a stop without its
                  ///< start
        unknown,  ///< no answer: it may be done, and it may yet come
    };

    explicit engine_error(const std::string& text, effect e = effect::none) : std::runtime_error(text), effect_(e) {}

    /// Nobody knows whether it was done, wholly or in part: not to be repeated.
    [[nodiscard]] bool may_have_acted() const noexcept { return effect_ != effect::none; }

    /// The engine has answered, so that looking tells what it did.
    [[nodiscard]] bool is_answer() const noexcept { return effect_ != effect::unknown; }

private:
    effect effect_;
};

/// Docker or Podman, through the Engine API on a Unix socket. Paths carry no version, so that an engine answers with
/// the one it likes best; what is used here has not changed since 1.24. Every request has a timeout; none is repeated.
///
/// The calls that act return false when the container does not exist (any more), and throw `engine_error` for
/// everything else that is not a success. Cancellable; whether the engine has acted is then unknown. The loop's thread.
///
/// An answer of 5xx says little. dockerd (moby, daemon/restart.go) and Podman (pkg/api/handlers/compat) answer a
/// restart with 500 whatever went wrong, also a start that fails when the container has been stopped: its port is taken
/// by now, what it mounts is gone. Likewise a kill whose signal was sent and whose end was not seen. 4xx is said before
/// anything is done: 404 there is none, 409 it does not run, 400 and 403 the request itself.
class docker_engine {
public:
    docker_engine(std::string socket, std::chrono::nanoseconds timeout);

    /// Those that run, paused ones included.
    [[nodiscard]] async::awaitable<std::vector<container_summary>> list() const;

    /// By id or name; nothing if there is none.
    [[nodiscard]] async::awaitable<std::optional<container>> inspect(std::string id) const;

    /// What the engine says has happened to the container of that id since then, as far as it remembers: Docker keeps
    /// the last 256 events of all containers. Empty for an engine that keeps none. One request, once the engine has
    /// answered anything at all: from then on it is known whose it is.
    [[nodiscard]] async::awaitable<std::vector<engine_event>> events(std::string id, core::wall_time since) const;

    /// Stops it (its own stop signal, SIGKILL after `stop_timeout`, whole seconds) and starts it again; returns then.
    [[nodiscard]] async::awaitable<bool> restart(std::string id, std::chrono::seconds stop_timeout) const;

    [[nodiscard]] async::awaitable<bool> kill(std::string id, int signal) const;
    [[nodiscard]] async::awaitable<bool> pause(std::string id) const;
    [[nodiscard]] async::awaitable<bool> unpause(std::string id) const;

    [[nodiscard]] const std::string& socket() const noexcept { return socket_; }

    /// As its last answer has it.
    [[nodiscard]] bool is_podman() const noexcept { return is_of_podman_.value_or(false); }

private:
    struct answer {
        int status;
        std::string body;
    };
    [[nodiscard]] async::awaitable<answer> ask(std::string method, std::string path,
                                               std::chrono::nanoseconds timeout) const;
    [[nodiscard]] async::awaitable<bool> act(std::string verb, std::string id, std::string query,
                                             std::chrono::nanoseconds timeout) const;

    const std::string socket_;
    const std::chrono::nanoseconds timeout_;
    mutable std::optional<bool> is_of_podman_;  ///< as its last answer has it; nothing before the first
};

}  // namespace mayhem::drivers
