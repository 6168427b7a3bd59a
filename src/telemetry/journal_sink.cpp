#include "telemetry/journal_sink.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/write_all.hpp"
#include "telemetry/escape.hpp"
#include "telemetry/journal_text.hpp"
#include "telemetry/spdlog_level.hpp"

namespace mayhem::telemetry {

std::shared_ptr<journal_sink> journal_sink::connect(const std::string& socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.size() >= sizeof address.sun_path) {
        return nullptr;
    }
    socket.copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    std::shared_ptr<journal_sink> sink(new journal_sink(fd, address));
    const bool is_there = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    return is_there ? sink : nullptr;
}

journal_sink::~journal_sink() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

void journal_sink::sink_it_(const spdlog::details::log_msg& msg) {
    const std::string_view payload{msg.payload.data(), msg.payload.size()};
    const std::size_t length = msg.source.line == 0 ? payload.size() : static_cast<std::size_t>(msg.source.line);
    const std::string priority = std::to_string(syslog_priority(from_spdlog(msg.level)));
    line_buffer text;
    append_plain(text, payload.substr(0, length), "");
    const std::array head{log_field{"MESSAGE", {text.data(), text.size()}}, log_field{"PRIORITY", priority},
                          log_field{"SYSLOG_IDENTIFIER", "mayhem"}};
    std::string record = journal_text(head);
    record.append(payload.substr(std::min(length, payload.size())));
    if (!send(record)) {
        note_lost();
    }
}

bool journal_sink::send(std::string_view record) {
    iovec piece{const_cast<char*>(record.data()), record.size()};  // sendmsg does not write to it
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    if (send_waiting(message)) {
        return true;
    }
    if (errno == EMSGSIZE || errno == ENOBUFS) {
        return send_file(record);
    }
    // journald was started anew: its socket may be another one.
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0 && send_waiting(message);
}

bool journal_sink::send_waiting(msghdr& message) {
    for (;;) {
        if (::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
            return true;
        }
        if (errno == EAGAIN) {
            if (!wait_until_writable(fd_)) {
                errno = EAGAIN;
                return false;
            }
        } else if (errno != EINTR) {
            return false;
        }
    }
}

bool journal_sink::send_file(std::string_view record) {
    const int file = ::memfd_create("mayhem-log", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) {
        return false;
    }
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
    msghdr message{};
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof file);
    std::memcpy(CMSG_DATA(header), &file, sizeof file);
    const bool is_sent = system::write_all(file, record) &&
                         ::fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0 &&
                         send_waiting(message);
    ::close(file);
    return is_sent;
}

}  // namespace mayhem::telemetry
