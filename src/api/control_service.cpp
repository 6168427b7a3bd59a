#include "api/control_service.hpp"

#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "control/access.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "system/service_manager.hpp"

namespace mayhem::app {

namespace {

constexpr const char* group_name = "mayhem";

std::optional<std::string> read_token(const std::string& file) {
    if (file.empty()) {
        return std::nullopt;
    }
    core::result<std::string> token = control::read_token_file(file);
    if (!token) {
        throw std::runtime_error(token.error());
    }
    return std::move(token).value();
}

}  // namespace

control_service::control_service(surroundings s)
    : to_(std::move(s)),
      teller_(events_, to_.loop.clock()),
      routes_({.loop = to_.loop,
               .pool = to_.pool,
               .daemon = to_.daemon,
               .halt = to_.halt,
               .log = to_.log,
               .events = events_,
               .metrics = to_.metrics}) {
    to_.halt.on_change([this](std::string_view what, const pipeline::halt_reason& r) { tell(what, r); });
}

async::awaitable<void> control_service::start(std::optional<std::filesystem::path> socket, control_config c) {
    const async::frame here;
    control::access_policy policy = co_await async::run_blocking(to_.pool, [file = c.token_file] {
        return control::access_policy{
            .daemon_user = ::geteuid(), .group = control::find_group(group_name), .token = read_token(file)};
    });
    const std::optional<gid_t> group = policy.group;
    router_.emplace(std::move(policy));
    routes_.add_to(*router_);
    server_ = std::make_unique<control::http_server>(
        to_.loop, [this](control::request r) { return router_->answer(std::move(r)); }, to_.on_failure);
    listen(socket, group);
    if (!c.listen.empty()) {
        tcp_ = control::listen_on(*control::parse_loopback(c.listen));
        to_.log.info("The control socket listens on {} ({})", control::local_address(tcp_.get()),
                     c.token_file.empty() ? "read-only" : "acting takes the token");
        routes_.listens_on(control::local_address(tcp_.get()));
        server_->accept_on(tcp_.get());
    }
}

void control_service::listen(const std::optional<std::filesystem::path>& socket, std::optional<gid_t> group) {
    activated_ = system::unique_fd(service_manager::activated_socket());
    if (activated_) {
        to_.log.debug("The control socket is the one that systemd listens on");
        server_->accept_on(activated_.get());
    } else if (socket) {
        unix_.emplace(*socket, group);
        to_.log.debug("The control socket listens on {}", socket->string());
        server_->accept_on(unix_->get());
    }
}

async::awaitable<void> control_service::stop() {
    const async::frame here;
    if (server_) {
        co_await server_->stop();
        server_.reset();
    }
    unix_.reset();
}

void control_service::tell(std::string_view what, const pipeline::halt_reason& r) {
    using nlohmann::json;
    const json j{{"at", core::utc_text(to_.loop.clock().wall_now())},
                 {"door", to_string(r.door)},
                 {"who", r.who},
                 {"why", r.why}};
    events_.publish(what, core::json_line(j));
}

}  // namespace mayhem::app
