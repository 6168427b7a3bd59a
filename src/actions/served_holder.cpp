#include "actions/served_holder.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "system/command.hpp"
#include "system/write_all.hpp"

namespace mayhem::actions {

namespace {

constexpr std::chrono::seconds serves_within{2};

std::string cannot(const std::string& socket, int error) {
    std::string text = "cannot ask the holder at " + socket + ": " + std::generic_category().message(error);
    if (error == EACCES) {
        return text + "; its socket is for the user mayhem alone (SocketUser= of mayhem-holder.socket)";
    }
    if (error == EAGAIN) {
        return text + "; others are being held: try again later";
    }
    return text + "; start it: systemctl enable --now mayhem-holder.socket";
}

system::unique_fd connect_to(const std::string& socket) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    if (socket.size() >= sizeof at.sun_path) {
        throw system::command_not_started(cannot(socket, ENAMETOOLONG));
    }
    std::memcpy(at.sun_path, socket.c_str(), socket.size() + 1);
    system::unique_fd connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!connection || ::connect(connection.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) !=
                           0) {  // at once, or not at all
        throw system::command_not_started(cannot(socket, errno));
    }
    return connection;
}

/// One line; nothing: none came in that time.
std::optional<std::string> read_line(int connection) {
    const auto until = std::chrono::steady_clock::now() + serves_within;
    std::string line;
    while (line.size() <= hold_line_bytes_max && !line.ends_with('\n')) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd ready{.fd = connection, .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) == 0) {
            return std::nullopt;
        }
        std::array<char, 512> part{};
        const ssize_t size = ::read(connection, part.data(), part.size());
        if (size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN)) {
            return std::nullopt;
        }
        line.append(part.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
    }
    return line;
}

}  // namespace

served_holder::served_holder(const std::string& socket) : connection_(connect_to(socket)) {}

async::awaitable<void> served_holder::ready() {
    const async::frame here;
    co_return;  // what is written now, it reads when it is there
}

void served_holder::close_orders() noexcept { (void)::shutdown(connection_.get(), SHUT_WR); }

async::awaitable<void> served_holder::gone() {
    const async::frame here;
    co_return;
}

async::awaitable<void> served_holder::end_by_force() {
    const async::frame here;
    connection_.reset();  // what is another user's process, this one cannot kill; it has a deadline of its own
    co_return;
}

core::result<std::string> ask_holder(const std::string& socket, const hold_question& q) {
    try {
        const system::unique_fd connection = connect_to(socket);
        const std::optional<std::string> line =
            system::write_all(connection.get(), to_line(q)) ? read_line(connection.get()) : std::nullopt;
        if (!line) {
            return core::failure<std::string>{"the holder at " + socket +
                                              " does not answer; the journal of mayhem-holder says why"};
        }
        auto word = parse_hold_word(*line);
        if (!word) {
            return core::failure<std::string>{"the holder at " + socket +
                                              " does not speak as a holder does: " + word.error()};
        }
        if (word->is != hold_word::kind::seen) {
            return core::failure<std::string>{word->text};
        }
        return std::move(word->text);
    } catch (const system::command_not_started& e) {
        return core::failure<std::string>{e.what()};
    }
}

}  // namespace mayhem::actions
