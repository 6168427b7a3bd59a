// Proves in a kernel what a queue for packets does: they wait and pass in their order, none is lost at an end in order,
// what there is no room for passes at once and is counted, and nobody else's queue is taken. In a network of the test's
// own, with datagrams over its loopback, since nobody sends those again.
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actions/holder/delayed_network.hpp"
#include "actions/network_rights.hpp"
#include "drivers/proc/process_table.hpp"

namespace mayhem::actions {
namespace {

using namespace std::chrono_literals;
using clock = standing_fault::clock;
using core::network_fault;

/// A socket on the loopback that hears what it sends.
class datagrams {
public:
    datagrams() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        const int room = 64 << 20;
        (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
        (void)::setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
        sockaddr_in at{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
        (void)::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at);
        socklen_t size = sizeof at;
        (void)::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
        (void)::connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at);
        port_ = ntohs(at.sin_port);
    }
    ~datagrams() { ::close(fd_); }
    datagrams(const datagrams&) = delete;
    datagrams& operator=(const datagrams&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    void send(std::uint32_t number) const {
        ASSERT_EQ(::send(fd_, &number, sizeof number, 0), static_cast<ssize_t>(sizeof number));
    }
    [[nodiscard]] std::vector<std::uint32_t> receive() const {
        std::vector<std::uint32_t> all;
        for (std::uint32_t number = 0; ::recv(fd_, &number, sizeof number, 0) == static_cast<ssize_t>(sizeof number);) {
            all.push_back(number);
        }
        return all;
    }

private:
    const int fd_;
    std::uint16_t port_ = 0;
};

std::vector<std::uint32_t> numbers(std::uint32_t from, std::uint32_t to) {
    std::vector<std::uint32_t> all;
    for (; from < to; ++from) {
        all.push_back(from);
    }
    return all;
}

class PacketDelayTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        ASSERT_EQ(::unshare(CLONE_NEWNET), 0) << "run the tests as root";
        const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        ifreq loopback{.ifr_ifrn = {"lo"}, .ifr_ifru = {}};
        loopback.ifr_flags = IFF_UP | IFF_RUNNING;
        ASSERT_EQ(::ioctl(any, SIOCSIFFLAGS, &loopback), 0);
        ::close(any);
    }
    void SetUp() override {
        if (const std::string why = why_not_network(of_port(1ms)); !why.empty()) {
            GTEST_SKIP() << "no packet can be delayed by this kernel: " << why;
        }
    }

    [[nodiscard]] network_fault of_port(std::chrono::microseconds latency) const {
        return {.what = network_fault::kind::delay,
                .way = network_fault::direction::in,
                .latency = latency,
                .ports = {to_.port()},
                .peers = {core::network_peer{.address = {127}, .prefix = 8}}};
    }
    [[nodiscard]] hold_order order(std::chrono::microseconds latency) const {
        const drivers::process_table table;
        return {.network = of_port(latency),
                .first = table.incarnation_of(*table.read(::getpid())),
                .table = "mayhem_0000beef",
                .length = 10min};
    }
    static void work_for(standing_fault& f, std::chrono::milliseconds length) {
        for (const clock::time_point until = clock::now() + length; clock::now() < until;) {
            pollfd ready{.fd = f.descriptor(), .events = POLLIN, .revents = 0};
            (void)::poll(&ready, 1, 1);
            f.work();
        }
    }

    const datagrams to_;
};

TEST_F(PacketDelayTest, EachPassesWhenItIsDueInTheOrderInWhichTheyCame) {
    delayed_network fault(order(400ms));
    ASSERT_EQ(fault.begin(), std::nullopt);
    EXPECT_EQ(fault.effect(), (core::seen_effect{.text = "no packet", .is_none = true}));

    for (std::uint32_t i = 0; i < 100; ++i) {
        to_.send(i);
    }
    work_for(fault, 200ms);
    EXPECT_TRUE(to_.receive().empty()) << "they wait";
    work_for(fault, 400ms);
    EXPECT_EQ(to_.receive(), numbers(0, 100));
    EXPECT_EQ(fault.effect(), core::seen_effect{.text = "100 packets delayed"});

    fault.end();
    to_.send(7);
    EXPECT_EQ(to_.receive(), numbers(7, 8)) << "at once";
    EXPECT_EQ(fault.effect().text, "100 packets delayed");
}

TEST_F(PacketDelayTest, AnEndInOrderLosesNobody) {
    delayed_network fault(order(10s));
    ASSERT_EQ(fault.begin(), std::nullopt);
    for (std::uint32_t i = 0; i < 1000; ++i) {
        to_.send(i);
        if (i == 500) {
            work_for(fault, 20ms);
        }
    }

    fault.end();

    EXPECT_EQ(to_.receive(), numbers(0, 1000));
}

TEST_F(PacketDelayTest, ForWhomThereIsNoRoomPassesAtOnceAndIsCounted) {
    delayed_network fault(order(10s));
    ASSERT_EQ(fault.begin(), std::nullopt);

    for (std::uint32_t i = 0; i < packet_line::longest + 300; ++i) {
        to_.send(i);
    }
    const std::vector<std::uint32_t> at_once = to_.receive();
    for (int i = 0; i < 100 && fault.effect().text.find("8192 packets") != 0; ++i) {
        work_for(fault, 10ms);
    }

    EXPECT_EQ(at_once, numbers(packet_line::longest, packet_line::longest + 300));
    EXPECT_EQ(fault.effect().text, "8192 packets delayed, 300 packets not delayed");
    fault.end();
    EXPECT_EQ(to_.receive(), numbers(0, packet_line::longest));
}

TEST_F(PacketDelayTest, WithTheProcessGoneNobodyWaits) {
    {
        delayed_network fault(order(10s));
        ASSERT_EQ(fault.begin(), std::nullopt);
        to_.send(1);
    }
    to_.send(2);

    EXPECT_EQ(to_.receive(), numbers(2, 3)) << "who waited is lost, and who comes passes";
}

TEST_F(PacketDelayTest, AQueueOfOthersIsNotTaken) {
    const queue_link of_others("mayhem_0000beef");
    const queue_link own("mayhem_0000beef");

    EXPECT_NE(own.number(), of_others.number());

    std::vector<std::unique_ptr<queue_link>> more;
    for (unsigned i = 2; i < queue_link::attempts_max; ++i) {
        more.push_back(std::make_unique<queue_link>("mayhem_0000beef"));
    }
    EXPECT_THROW(queue_link("mayhem_0000beef"), std::system_error) << "all that were tried are taken";
}

/// What nobody else may do to a table of its owner's, whatever hands packets to the queue.
TEST_F(PacketDelayTest, ASecondOfTheSameNameIsRefused) {
    delayed_network fault(order(10s));
    ASSERT_EQ(fault.begin(), std::nullopt);
    delayed_network again(order(10s));

    EXPECT_THROW((void)again.begin(), std::system_error);
}

}  // namespace
}  // namespace mayhem::actions
