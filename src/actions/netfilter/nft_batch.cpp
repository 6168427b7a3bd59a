#include "actions/netfilter/nft_batch.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_arp.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/xt_NFQUEUE.h>
#include <linux/netlink.h>

#include "mayhem/async/assertion.hpp"

namespace mayhem::actions {

namespace {

constexpr std::size_t bytes_max = 256UL * 1024;
constexpr std::size_t message_bytes_max = 2048;
constexpr std::int32_t before_the_filters = -150;  // nft's "mangle"
constexpr std::uint8_t comment_of_table = 0;       // libnftnl's NFTNL_UDATA_TABLE_COMMENT
constexpr std::size_t comment_bytes_max = 128;

nlattr* nested(void* attribute) { return static_cast<nlattr*>(attribute); }

void put_number(nlmsghdr* h, std::uint16_t type, std::uint32_t value) { mnl_attr_put_u32(h, type, htonl(value)); }

void put_text(nlmsghdr* h, std::uint16_t type, std::string_view text) {
    mnl_attr_put_strz(h, type, std::string(text).c_str());
}

std::array<std::uint8_t, 2> in_network_order(std::uint16_t value) {
    return std::bit_cast<std::array<std::uint8_t, 2>>(htons(value));
}

}  // namespace

nft_batch::nft_batch(std::string table) : table_(std::move(table)), bytes_(bytes_max) {
    nlmsghdr* const first = add(NFNL_MSG_BATCH_BEGIN, 0, {});
    grow(first);
}

nft_batch::nft_batch(std::string table, std::string_view comment) : nft_batch(std::move(table)) {
    nlmsghdr* const h = add(NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL, "make a table that its maker owns");
    put_text(h, NFTA_TABLE_NAME, table_);
    put_number(h, NFTA_TABLE_FLAGS, NFT_TABLE_F_OWNER);
    std::string told{comment.substr(0, comment_bytes_max)};
    std::vector<char> user_data{static_cast<char>(comment_of_table), static_cast<char>(told.size() + 1)};
    user_data.insert(user_data.end(), told.c_str(), told.c_str() + told.size() + 1);
    mnl_attr_put(h, NFTA_TABLE_USERDATA, user_data.size(), user_data.data());
    grow(h);
}

nft_batch nft_batch::emptying(std::string table, std::string_view chain) {
    nft_batch b(std::move(table));
    nlmsghdr* const h = b.add(NFT_MSG_DELRULE, 0, "take rules away");
    put_text(h, NFTA_RULE_TABLE, b.table_);
    put_text(h, NFTA_RULE_CHAIN, chain);
    b.grow(h);
    b.close();
    return b;
}

/// A message at the end of the others; `purpose`: what it is for, where an answer is wanted.
nlmsghdr* nft_batch::add(std::uint16_t type, std::uint16_t flags, std::string_view purpose) {
    MAYHEM_ASSERT(size_ + message_bytes_max <= bytes_.size(), "a fault has more rules than there is room for");
    const bool is_bracket = type == NFNL_MSG_BATCH_BEGIN || type == NFNL_MSG_BATCH_END;
    nlmsghdr* const h = mnl_nlmsg_put_header(bytes_.data() + size_);
    h->nlmsg_type = is_bracket ? type : static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | type);
    h->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags | (purpose.empty() ? 0 : NLM_F_ACK));
    h->nlmsg_seq = ++sequence_;
    auto* const of = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(h, sizeof(nfgenmsg)));
    of->nfgen_family = static_cast<std::uint8_t>(is_bracket ? AF_UNSPEC : NFPROTO_INET);
    of->version = NFNETLINK_V0;
    of->res_id = is_bracket ? htons(NFNL_SUBSYS_NFTABLES) : 0;
    if (!purpose.empty()) {
        purposes_.emplace_back(sequence_, purpose);
    }
    return h;
}

void nft_batch::grow(const nlmsghdr* h) {
    MAYHEM_ASSERT(h->nlmsg_len <= message_bytes_max, "a rule is longer than any should be");
    size_ += MNL_ALIGN(h->nlmsg_len);
}

void nft_batch::add_base_chain(std::string_view name, hook at) {
    nlmsghdr* const h = add(NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL, "see the packets of this host");
    put_text(h, NFTA_CHAIN_TABLE, table_);
    put_text(h, NFTA_CHAIN_NAME, name);
    nlattr* const where = mnl_attr_nest_start(h, NFTA_CHAIN_HOOK);
    put_number(h, NFTA_HOOK_HOOKNUM, at == hook::input ? NF_INET_LOCAL_IN : NF_INET_LOCAL_OUT);
    put_number(h, NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(before_the_filters));
    mnl_attr_nest_end(h, where);
    put_number(h, NFTA_CHAIN_POLICY, NF_ACCEPT);
    put_text(h, NFTA_CHAIN_TYPE, "filter");
    grow(h);
}

void nft_batch::add_chain(std::string_view name) {
    nlmsghdr* const h = add(NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL, "make a chain of rules");
    put_text(h, NFTA_CHAIN_TABLE, table_);
    put_text(h, NFTA_CHAIN_NAME, name);
    grow(h);
}

void nft_batch::begin_rule(std::string_view chain) {
    rule_ = add(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, "make a rule");
    put_text(rule_, NFTA_RULE_TABLE, table_);
    put_text(rule_, NFTA_RULE_CHAIN, chain);
    expressions_ = mnl_attr_nest_start(rule_, NFTA_RULE_EXPRESSIONS);
}

void nft_batch::end_rule() {
    mnl_attr_nest_end(rule_, nested(expressions_));
    grow(rule_);
    rule_ = nullptr;
    ++rules_;
}

void nft_batch::begin_expression(const char* name) {
    element_ = mnl_attr_nest_start(rule_, NFTA_LIST_ELEM);
    mnl_attr_put_strz(rule_, NFTA_EXPR_NAME, name);
    data_ = mnl_attr_nest_start(rule_, NFTA_EXPR_DATA);
}

void nft_batch::end_expression() {
    mnl_attr_nest_end(rule_, nested(data_));
    mnl_attr_nest_end(rule_, nested(element_));
}

/// What was loaded last.
void nft_batch::compare(std::uint32_t operation, std::span<const std::uint8_t> with) {
    begin_expression("cmp");
    put_number(rule_, NFTA_CMP_SREG, NFT_REG_1);
    put_number(rule_, NFTA_CMP_OP, operation);
    nlattr* const value = mnl_attr_nest_start(rule_, NFTA_CMP_DATA);
    mnl_attr_put(rule_, NFTA_DATA_VALUE, with.size(), with.data());
    mnl_attr_nest_end(rule_, value);
    end_expression();
}

/// Of what was loaded last, those that are set in the mask.
void nft_batch::keep_bits(std::span<const std::uint8_t> mask) {
    constexpr std::array<std::uint8_t, 16> nothing{};
    begin_expression("bitwise");
    put_number(rule_, NFTA_BITWISE_SREG, NFT_REG_1);
    put_number(rule_, NFTA_BITWISE_DREG, NFT_REG_1);
    put_number(rule_, NFTA_BITWISE_LEN, static_cast<std::uint32_t>(mask.size()));
    nlattr* const and_with = mnl_attr_nest_start(rule_, NFTA_BITWISE_MASK);
    mnl_attr_put(rule_, NFTA_DATA_VALUE, mask.size(), mask.data());
    mnl_attr_nest_end(rule_, and_with);
    nlattr* const xor_with = mnl_attr_nest_start(rule_, NFTA_BITWISE_XOR);
    mnl_attr_put(rule_, NFTA_DATA_VALUE, mask.size(), nothing.data());
    mnl_attr_nest_end(rule_, xor_with);
    end_expression();
}

void nft_batch::load_meta(std::uint32_t key) {
    begin_expression("meta");
    put_number(rule_, NFTA_META_DREG, NFT_REG_1);
    put_number(rule_, NFTA_META_KEY, key);
    end_expression();
}

void nft_batch::load_payload(std::uint32_t base, std::size_t offset, std::size_t length) {
    begin_expression("payload");
    put_number(rule_, NFTA_PAYLOAD_DREG, NFT_REG_1);
    put_number(rule_, NFTA_PAYLOAD_BASE, base);
    put_number(rule_, NFTA_PAYLOAD_OFFSET, static_cast<std::uint32_t>(offset));
    put_number(rule_, NFTA_PAYLOAD_LEN, static_cast<std::uint32_t>(length));
    end_expression();
}

void nft_batch::match_cgroup(std::uint64_t id, unsigned level) {
    purposes_.back().second = "match the sockets of a control group (CONFIG_NFT_SOCKET)";
    begin_expression("socket");
    put_number(rule_, NFTA_SOCKET_KEY, NFT_SOCKET_CGROUPV2);
    put_number(rule_, NFTA_SOCKET_DREG, NFT_REG_1);
    put_number(rule_, NFTA_SOCKET_LEVEL, level);
    end_expression();
    compare(NFT_CMP_EQ, std::bit_cast<std::array<std::uint8_t, sizeof id>>(id));
}

void nft_batch::match_loopback(hook at) {
    load_meta(at == hook::input ? NFT_META_IIFTYPE : NFT_META_OIFTYPE);
    compare(NFT_CMP_EQ, std::bit_cast<std::array<std::uint8_t, 2>>(std::uint16_t{ARPHRD_LOOPBACK}));
}

void nft_batch::match_protocol(std::uint8_t number) {
    load_meta(NFT_META_L4PROTO);
    compare(NFT_CMP_EQ, std::array{number});
}

void nft_batch::match_address(side s, bool is_version_6, std::span<const std::uint8_t> address, unsigned prefix) {
    constexpr std::size_t of_version_4 = 4;
    constexpr std::size_t of_version_6 = 16;
    load_meta(NFT_META_NFPROTO);
    compare(NFT_CMP_EQ, std::array{static_cast<std::uint8_t>(is_version_6 ? NFPROTO_IPV6 : NFPROTO_IPV4)});
    const std::size_t length = is_version_6 ? of_version_6 : of_version_4;
    const std::size_t source_at = is_version_6 ? 8 : 12;  // RFC 8200, section 3; RFC 791, section 3.1
    if (prefix == 0) {
        return;
    }
    load_payload(NFT_PAYLOAD_NETWORK_HEADER, s == side::source ? source_at : source_at + length, length);
    std::array<std::uint8_t, of_version_6> mask{};
    for (unsigned bit = 0; bit < prefix; ++bit) {
        mask.at(bit / 8) |= static_cast<std::uint8_t>(0x80U >> bit % 8);
    }
    keep_bits(std::span(mask).first(length));
    compare(NFT_CMP_EQ, address.first(length));
}

void nft_batch::match_port(side s, std::uint16_t port) {
    load_payload(NFT_PAYLOAD_TRANSPORT_HEADER, s == side::source ? 0 : sizeof port, sizeof port);
    compare(NFT_CMP_EQ, in_network_order(port));
}

void nft_batch::match_reset() {
    constexpr std::size_t flags_at = 13;  // RFC 9293, section 3.1
    constexpr std::array<std::uint8_t, 1> reset{0x04};
    load_payload(NFT_PAYLOAD_TRANSPORT_HEADER, flags_at, reset.size());
    keep_bits(reset);
    compare(NFT_CMP_EQ, reset);
}

/// Numbers are compared as bytes, the first of which must weigh most.
void nft_batch::match_share(unsigned percent) {
    purposes_.back().second = "choose packets at random (CONFIG_NFT_NUMGEN)";
    begin_expression("numgen");
    put_number(rule_, NFTA_NG_DREG, NFT_REG_1);
    put_number(rule_, NFTA_NG_MODULUS, 100);
    put_number(rule_, NFTA_NG_TYPE, NFT_NG_RANDOM);
    put_number(rule_, NFTA_NG_OFFSET, 0);
    end_expression();
    begin_expression("byteorder");
    put_number(rule_, NFTA_BYTEORDER_SREG, NFT_REG_1);
    put_number(rule_, NFTA_BYTEORDER_DREG, NFT_REG_1);
    put_number(rule_, NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON);
    put_number(rule_, NFTA_BYTEORDER_LEN, sizeof percent);
    put_number(rule_, NFTA_BYTEORDER_SIZE, sizeof percent);
    end_expression();
    compare(NFT_CMP_LT, std::bit_cast<std::array<std::uint8_t, sizeof percent>>(htonl(percent)));
}

void nft_batch::count() {
    begin_expression("counter");
    end_expression();
}

void nft_batch::decide(verdict v, std::string_view chain) {
    begin_expression("immediate");
    put_number(rule_, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    nlattr* const value = mnl_attr_nest_start(rule_, NFTA_IMMEDIATE_DATA);
    nlattr* const is = mnl_attr_nest_start(rule_, NFTA_DATA_VERDICT);
    const int code = v == verdict::accept ? NF_ACCEPT : v == verdict::drop ? NF_DROP : NFT_GOTO;
    put_number(rule_, NFTA_VERDICT_CODE, static_cast<std::uint32_t>(code));
    if (!chain.empty()) {
        put_text(rule_, NFTA_VERDICT_CHAIN, chain);
    }
    mnl_attr_nest_end(rule_, is);
    mnl_attr_nest_end(rule_, value);
    end_expression();
}

void nft_batch::reject(bool is_tcp) {
    purposes_.back().second = "reject packets (CONFIG_NFT_REJECT_INET)";
    begin_expression("reject");
    put_number(rule_, NFTA_REJECT_TYPE, is_tcp ? NFT_REJECT_TCP_RST : NFT_REJECT_ICMPX_UNREACH);
    mnl_attr_put_u8(rule_, NFTA_REJECT_ICMP_CODE, is_tcp ? 0 : NFT_REJECT_ICMPX_PORT_UNREACH);
    end_expression();
}

void nft_batch::queue(std::uint16_t number, queue_by by) {
    purposes_.back().second =
        "hand packets to a queue (CONFIG_NFT_QUEUE; without it, CONFIG_NFT_COMPAT and "
        "CONFIG_NETFILTER_XT_TARGET_NFQUEUE)";
    if (by == queue_by::expression) {
        begin_expression("queue");
        mnl_attr_put_u16(rule_, NFTA_QUEUE_NUM, htons(number));
        mnl_attr_put_u16(rule_, NFTA_QUEUE_TOTAL, htons(1));
        mnl_attr_put_u16(rule_, NFTA_QUEUE_FLAGS, htons(NFT_QUEUE_FLAG_BYPASS));
        end_expression();
        return;
    }
    constexpr std::uint32_t revision = 3;
    constexpr std::size_t aligned = 8;  // as XT_ALIGN does on every 64-bit machine
    const std::array<std::uint16_t, aligned / 2> info{number, 1, NFQ_FLAG_BYPASS};  // xt_NFQ_info_v3
    static_assert(sizeof(xt_NFQ_info_v3) <= sizeof info);
    begin_expression("target");
    mnl_attr_put_strz(rule_, NFTA_TARGET_NAME, "NFQUEUE");
    put_number(rule_, NFTA_TARGET_REV, revision);
    mnl_attr_put(rule_, NFTA_TARGET_INFO, sizeof info, info.data());
    end_expression();
}

void nft_batch::close() {
    nlmsghdr* const last = add(NFNL_MSG_BATCH_END, 0, {});
    grow(last);
}

std::string_view nft_batch::purpose_of(std::uint32_t sequence) const noexcept {
    const auto found = std::ranges::find(purposes_, sequence, &std::pair<std::uint32_t, std::string_view>::first);
    return found == purposes_.end() ? "carry it out" : found->second;
}

}  // namespace mayhem::actions
