#include "nats_bed.hpp"

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/unique_fd.hpp"

namespace mayhem::testing {

nats_bed::nats_bed() {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);  // it runs as an ordinary user
    std::filesystem::create_directory(folder_.path() / "streams");
    std::filesystem::permissions(folder_.path() / "streams", std::filesystem::perms::all);
    for (int tries = 0; tries < 5; ++tries) {  // somebody may take the port first
        port_ = test::free_loopback_port();
        start();
        if (test::comes_true([this] { return server_->has_ended() || answers(); }) && !server_->has_ended()) {
            return;
        }
    }
    throw std::runtime_error("no nats-server starts: " + read_text(folder_ / "log"));
}

void nats_bed::start() {
    server_.emplace(std::vector<std::string>{"/usr/sbin/nats-server", "-a", "127.0.0.1", "-p", port_, "-js", "-sd",
                                             folder_ / "streams"},
                    folder_ / "log");
}

void nats_bed::kill_and_start() {
    server_.reset();
    start();
    if (!test::comes_true([this] { return answers(); })) {
        throw std::runtime_error("the nats-server does not start again: " + read_text(folder_ / "log"));
    }
}

void nats_bed::freeze() const { server_->signal(SIGSTOP); }

void nats_bed::thaw() const { server_->signal(SIGCONT); }

bool nats_bed::answers() const {
    const system::unique_fd s(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port_)));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(s.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

}  // namespace mayhem::testing
