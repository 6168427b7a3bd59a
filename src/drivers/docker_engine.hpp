#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "drivers/docker_container.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::drivers {

/// The engine could not be asked, or said no: "cannot pause container ab12: <what the engine says>".
class engine_error : public std::runtime_error {
public:
    explicit engine_error(const std::string& text, bool may_have_acted = false)
        : std::runtime_error(text), may_have_acted_(may_have_acted) {}

    /// The engine may have seen the request, and has not answered: nobody knows whether it does what was asked.
    [[nodiscard]] bool may_have_acted() const noexcept { return may_have_acted_; }

private:
    bool may_have_acted_;
};

/// Docker or Podman, through the Engine API on a Unix socket. Paths carry no version, so that an engine answers with
/// the one it likes best; what is used here has not changed since 1.24. Every request has a timeout; none is repeated.
///
/// The calls that act return false when the container does not exist (any more), and throw `engine_error` for
/// everything else that is not a success. Cancellable; whether the engine has acted is then unknown. The loop's thread.
class docker_engine {
public:
    docker_engine(std::string socket, std::chrono::nanoseconds timeout);

    /// Those that run, paused ones included.
    [[nodiscard]] async::awaitable<std::vector<container_summary>> list() const;

    /// By id or name; nothing if there is none.
    [[nodiscard]] async::awaitable<std::optional<container>> inspect(std::string id) const;

    /// Stops it (its own stop signal, SIGKILL after `stop_timeout`, whole seconds) and starts it again; returns then.
    [[nodiscard]] async::awaitable<bool> restart(std::string id, std::chrono::seconds stop_timeout) const;

    [[nodiscard]] async::awaitable<bool> kill(std::string id, int signal) const;
    [[nodiscard]] async::awaitable<bool> pause(std::string id) const;
    [[nodiscard]] async::awaitable<bool> unpause(std::string id) const;

    [[nodiscard]] const std::string& socket() const noexcept { return socket_; }

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
};

}  // namespace mayhem::drivers
