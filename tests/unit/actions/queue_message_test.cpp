// Proves what is said to a queue of the kernel, byte by byte as linux/netfilter/nfnetlink_queue.h has it, and that what
// it says is understood, and nothing else taken for it. What the kernel does with it, DelayTest sees.
#include "actions/netfilter/queue_message.hpp"

#include <cerrno>
#include <set>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>

namespace mayhem::actions {
namespace {

std::string bytes(const std::vector<char>& of, std::size_t from, std::size_t size) {
    return {of.begin() + static_cast<std::ptrdiff_t>(from), of.begin() + static_cast<std::ptrdiff_t>(from + size)};
}

/// A message of the kernel that tells of a packet; `type`: of the message.
std::vector<char> told_of(std::uint32_t number, std::uint16_t type = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET) {
    std::vector<char> room(256);
    nlmsghdr* const h = mnl_nlmsg_put_header(room.data());
    h->nlmsg_type = type;
    (void)mnl_nlmsg_put_extra_header(h, sizeof(nfgenmsg));
    mnl_attr_put_u32(h, NFQA_IFINDEX_INDEV, htonl(1));
    nfqnl_msg_packet_hdr packet{};
    packet.packet_id = htonl(number);
    mnl_attr_put(h, NFQA_PACKET_HDR, sizeof packet, &packet);
    room.resize(h->nlmsg_len);
    return room;
}

std::vector<char> answer(int error) {
    std::vector<char> room(256);
    nlmsghdr* const h = mnl_nlmsg_put_header(room.data());
    h->nlmsg_type = NLMSG_ERROR;
    static_cast<nlmsgerr*>(mnl_nlmsg_put_extra_header(h, sizeof(nlmsgerr)))->error = -error;
    room.resize(h->nlmsg_len);
    return room;
}

TEST(QueueMessageTest, AVerdictNamesThePacketAndThatItPasses) {
    const std::vector<char> one = queue_message::pass(0x4321, 7, false);
    const std::vector<char> and_all_before = queue_message::pass(0x4321, 7, true);

    ASSERT_EQ(one.size(), 32U);
    EXPECT_EQ(bytes(one, 0, 6), std::string("\x20\0\0\0\x01\x03", 6)) << "its length, verdict, of queues";
    EXPECT_EQ(bytes(one, 16, 4), std::string("\0\0\x43\x21", 4)) << "of this queue";
    EXPECT_EQ(bytes(one, 20, 12), std::string("\x0c\0\x02\0\0\0\0\x01\0\0\0\x07", 12)) << "accept, packet 7";
    EXPECT_EQ(bytes(and_all_before, 4, 2), std::string("\x03\x03", 2)) << "verdict for a batch";
    EXPECT_EQ(bytes(and_all_before, 20, 12), bytes(one, 20, 12));
}

TEST(QueueMessageTest, AQueueIsBoundAndToldHowItWorks) {
    const std::vector<char> two = queue_message::bind(0x4321, 8192);

    const std::string all(two.begin(), two.end());
    EXPECT_NE(all.find(std::string("\x08\0\x01\0\x01\0\0\0", 8)), std::string::npos) << "bind";
    EXPECT_NE(all.find(std::string("\x09\0\x02\0\0\0\0\0\x01", 9)), std::string::npos)
        << "nothing of a packet is copied";
    EXPECT_NE(all.find(std::string("\x08\0\x03\0\0\0\x20\0", 8)), std::string::npos) << "8192 at most";
    EXPECT_NE(all.find(std::string("\x08\0\x05\0\0\0\0\x05", 8)), std::string::npos) << "open when full, and unsplit";
    EXPECT_NE(all.find(std::string("\x08\0\x04\0\0\0\0\x05", 8)), std::string::npos) << "which is what is changed";
}

TEST(QueueMessageTest, UnderstandsWhatTheKernelSays) {
    EXPECT_EQ(queue_message::read(told_of(0x01020304)).packet, 0x01020304U);
    EXPECT_EQ(queue_message::read(told_of(7)).error, std::nullopt);
    EXPECT_EQ(queue_message::read(answer(EPERM)).error, EPERM);
    EXPECT_EQ(queue_message::read(answer(0)).error, 0);
    EXPECT_EQ(queue_message::read(answer(0)).packet, std::nullopt);
}

TEST(QueueMessageTest, TakesNothingElseForIt) {
    EXPECT_EQ(queue_message::read(told_of(7, NFNL_SUBSYS_NFTABLES << 8 | NFQNL_MSG_PACKET)).packet, std::nullopt);
    EXPECT_EQ(queue_message::read({}).packet, std::nullopt);
    const std::vector<char> whole = told_of(7);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::vector<char> part = [&] {
            std::vector<char> p(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            p.reserve(whole.size());
            return p;
        }();
        EXPECT_EQ(queue_message::read(part).packet, std::nullopt) << size;
    }
    std::vector<char> short_header = whole;
    short_header[0] = 17;  // a length that ends within nfgenmsg
    EXPECT_EQ(queue_message::read(short_header).packet, std::nullopt);
}

TEST(QueueNumberTest, IsTheSameForANameAndFarFromThoseThatPeopleChoose) {
    std::set<std::uint16_t> tried;
    for (unsigned attempt = 0; attempt < 16; ++attempt) {
        const std::uint16_t number = queue_number("mayhem_0123abcd", attempt);
        EXPECT_GE(number, 0x4000);
        tried.insert(number);
    }

    EXPECT_EQ(tried.size(), 16U);
    EXPECT_EQ(queue_number("mayhem_0123abcd", 0), queue_number("mayhem_0123abcd", 0));
    EXPECT_NE(queue_number("mayhem_0123abcd", 0), queue_number("mayhem_0123abce", 0));
}

}  // namespace
}  // namespace mayhem::actions
