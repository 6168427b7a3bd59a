#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/control_routes.hpp"
#include "config/config.hpp"
#include "control/event_teller.hpp"
#include "control/http_server.hpp"
#include "control/listening_socket.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The daemon's control socket, from the file to the answers, and the stream of events beside it. `stop` comes before
/// the destructor. The loop's thread only.
class control_service {
public:
    struct surroundings {
        async::loop& loop;
        async::blocking& pool;
        controlled& daemon;
        halt_desk& halt;
        telemetry::log log;
        std::function<std::string()> metrics;
        async::task_group::failure_handler on_failure;
    };

    explicit control_service(surroundings s);

    /// Opens the sockets and answers from now on. `socket`: none if absent. Throws `control::cannot_listen`, and
    /// `std::runtime_error` for a token file that cannot be used.
    async::awaitable<void> start(std::optional<std::filesystem::path> socket, control_config c);

    /// Nobody is answered any more, and everybody's connection ends.
    async::awaitable<void> stop();

    /// Makes events of what it is told.
    [[nodiscard]] ports::observer& observer() noexcept { return teller_; }

private:
    void listen(const std::optional<std::filesystem::path>& socket, std::optional<gid_t> group);
    void tell(std::string_view what, const pipeline::halt_reason& r);

    surroundings to_;
    control::event_stream events_;
    control::event_teller teller_;
    control_routes routes_;
    std::optional<control::router> router_;
    std::optional<control::unix_listener> unix_;
    system::unique_fd activated_;
    system::unique_fd tcp_;
    std::unique_ptr<control::http_server> server_;
};

}  // namespace mayhem::app
