#include "actions/netfilter/queue_link.hpp"

#include <cerrno>
#include <system_error>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "actions/netfilter/packet_line.hpp"
#include "actions/netfilter/queue_message.hpp"

namespace mayhem::actions {

namespace {

constexpr std::size_t told_bytes_max = 1024;   // some 150 of a packet of which nothing is copied
constexpr int socket_bytes = 8 * 1024 * 1024;  // a kilobyte each, as the kernel counts, for all that may wait

[[noreturn]] void give_up(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

}  // namespace

queue_link::queue_link(const std::string& name)
    : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC), &mnl_socket_close),
      room_(received_at_once * told_bytes_max) {
    if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) != 0) {
        give_up(errno, "cannot talk to the kernel's queues for packets");
    }
    int one = 1;
    (void)::setsockopt(descriptor(), SOL_SOCKET, SO_RCVBUFFORCE, &socket_bytes, sizeof socket_bytes);  // or less room
    (void)mnl_socket_setsockopt(socket_.get(), NETLINK_NO_ENOBUFS, &one, sizeof one);  // what has no room passes
    int error = 0;
    for (unsigned attempt = 0; attempt < attempts_max; ++attempt) {
        number_ = queue_number(name, attempt);
        error = bind(number_);
        if (error == 0) {
            return;
        }
        if (error != EPERM && error != EBUSY) {  // which it says of one that is another's
            give_up(error, "the kernel does not make a queue for packets (CONFIG_NETFILTER_NETLINK_QUEUE)");
        }
    }
    give_up(error, "the kernel does not make a queue for packets, with none of " + std::to_string(attempts_max) +
                       " numbers up to " + std::to_string(number_));
}

int queue_link::descriptor() const noexcept { return mnl_socket_get_fd(socket_.get()); }

/// The answers are there when the request is sent. Returns the first error.
int queue_link::bind(std::uint16_t number) {
    const std::vector<char> request = queue_message::bind(number, packet_line::longest);
    if (mnl_socket_sendto(socket_.get(), request.data(), request.size()) < 0) {
        return errno;
    }
    int error = 0;
    for (int answered = 0; answered < queue_message::answers_to_bind;) {
        const ssize_t size = ::recv(descriptor(), room_.data(), room_.size(), MSG_DONTWAIT);
        if (size < 0) {
            return error != 0 ? error : errno;
        }
        const auto heard = queue_message::read({room_.data(), static_cast<std::size_t>(size)});
        if (heard.error) {
            ++answered;
            error = error != 0 ? error : *heard.error;
        }
    }
    return error;
}

/// Errors that are heard are those of packets that waited no more: the kernel loses them when it takes any table away.
std::span<const std::uint32_t> queue_link::receive() {
    std::array<iovec, received_at_once> places{};
    std::array<mmsghdr, received_at_once> messages{};
    for (std::size_t i = 0; i < received_at_once; ++i) {
        places.at(i) = {.iov_base = room_.data() + i * told_bytes_max, .iov_len = told_bytes_max};
        messages.at(i).msg_hdr.msg_iov = &places.at(i);
        messages.at(i).msg_hdr.msg_iovlen = 1;
    }
    for (;;) {
        const int came = ::recvmmsg(descriptor(), messages.data(), received_at_once, MSG_DONTWAIT, nullptr);
        if (came < 0 && errno != EAGAIN && errno != EINTR) {
            give_up(errno, "the kernel does not tell of packets any more");
        }
        std::size_t packets = 0;
        for (int i = 0; i < came; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const char* const begin = room_.data() + at * told_bytes_max;
            if (const auto number = queue_message::read({begin, messages.at(at).msg_len}).packet) {
                numbers_.at(packets++) = *number;
            }
        }
        if (packets > 0 || came <= 0) {
            return std::span(numbers_).first(packets);
        }
    }
}

void queue_link::send_pass(std::uint32_t number, bool all_before) {
    const std::vector<char> message = queue_message::pass(number_, number, all_before);
    if (mnl_socket_sendto(socket_.get(), message.data(), message.size()) < 0) {
        give_up(errno, "the kernel does not let packets pass any more");
    }
}

}  // namespace mayhem::actions
