#include "actions/netfilter/queue_message.hpp"

#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>

namespace mayhem::actions {

namespace {

constexpr std::size_t said_bytes_max = 128;

/// Messages one behind the other.
class messages {
public:
    nlmsghdr* begin(std::uint16_t type, std::uint16_t flags, std::uint16_t queue) {
        bytes_.resize(size_ + said_bytes_max);
        header_ = mnl_nlmsg_put_header(bytes_.data() + size_);
        header_->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_QUEUE << 8 | type);
        header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
        auto* const of = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(nfgenmsg)));
        of->nfgen_family = AF_UNSPEC;
        of->version = NFNETLINK_V0;
        of->res_id = htons(queue);
        return header_;
    }
    void end() { size_ += MNL_ALIGN(header_->nlmsg_len); }
    std::vector<char> take() {
        bytes_.resize(size_);
        return std::move(bytes_);
    }

private:
    std::vector<char> bytes_;
    std::size_t size_ = 0;
    nlmsghdr* header_ = nullptr;
};

int keep_number(const nlattr* a, void* heard) {
    if (mnl_attr_get_type(a) != NFQA_PACKET_HDR || mnl_attr_get_payload_len(a) < sizeof(std::uint32_t)) {
        return MNL_CB_OK;
    }
    std::uint32_t number = 0;  // the first member of nfqnl_msg_packet_hdr
    std::memcpy(&number, mnl_attr_get_payload(a), sizeof number);
    static_cast<queue_message::heard*>(heard)->packet = ntohl(number);
    return MNL_CB_STOP;
}

}  // namespace

std::vector<char> queue_message::bind(std::uint16_t queue, std::uint32_t longest) {
    messages all;
    nlmsghdr* h = all.begin(NFQNL_MSG_CONFIG, NLM_F_ACK, queue);
    const nfqnl_msg_config_cmd command{.command = NFQNL_CFG_CMD_BIND, ._pad = 0, .pf = htons(AF_UNSPEC)};
    mnl_attr_put(h, NFQA_CFG_CMD, sizeof command, &command);
    all.end();

    h = all.begin(NFQNL_MSG_CONFIG, NLM_F_ACK, queue);
    const nfqnl_msg_config_params params{.copy_range = 0, .copy_mode = NFQNL_COPY_META};
    mnl_attr_put(h, NFQA_CFG_PARAMS, sizeof params, &params);
    mnl_attr_put_u32(h, NFQA_CFG_QUEUE_MAXLEN, htonl(longest));
    constexpr std::uint32_t flags = NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_GSO;  // what is sent as one is one packet here
    mnl_attr_put_u32(h, NFQA_CFG_FLAGS, htonl(flags));
    mnl_attr_put_u32(h, NFQA_CFG_MASK, htonl(flags));
    all.end();
    return all.take();
}

std::vector<char> queue_message::pass(std::uint16_t queue, std::uint32_t number, bool all_before) {
    messages all;
    nlmsghdr* const h = all.begin(all_before ? NFQNL_MSG_VERDICT_BATCH : NFQNL_MSG_VERDICT, 0, queue);
    const nfqnl_msg_verdict_hdr verdict{.verdict = htonl(NF_ACCEPT), .id = htonl(number)};
    mnl_attr_put(h, NFQA_VERDICT_HDR, sizeof verdict, &verdict);
    all.end();
    return all.take();
}

queue_message::heard queue_message::read(std::span<const char> message) {
    heard h;
    const auto* const header = reinterpret_cast<const nlmsghdr*>(message.data());
    if (!mnl_nlmsg_ok(header, static_cast<int>(message.size()))) {
        return h;
    }
    if (header->nlmsg_type == NLMSG_ERROR) {
        if (mnl_nlmsg_get_payload_len(header) >= sizeof(nlmsgerr)) {
            h.error = -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(header))->error;
        }
    } else if (header->nlmsg_type == (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET) &&
               mnl_nlmsg_get_payload_len(header) >= sizeof(nfgenmsg)) {
        (void)mnl_attr_parse(header, sizeof(nfgenmsg), &keep_number, &h);
    }
    return h;
}

std::uint16_t queue_number(const std::string& name, unsigned attempt) {
    constexpr std::uint32_t lowest = 0x4000;
    constexpr std::uint32_t numbers = 0xFFFF - lowest;
    std::uint32_t hash = 0;
    for (const char c : name) {
        hash = hash * 31 + static_cast<unsigned char>(c);
    }
    return static_cast<std::uint16_t>(lowest + (hash % numbers + attempt) % numbers);
}

}  // namespace mayhem::actions
