#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct nlmsghdr;

namespace mayhem::actions {

/// Messages to nf_tables that the kernel carries out all or not at all (linux/netfilter/nf_tables.h): one table that
/// its maker owns (NFT_TABLE_F_OWNER, Linux 5.12), its chains, and their rules. Whoever else is root cannot change or
/// remove such a table, and it ends with the netlink socket that it was made on, however that ends.
///
/// A rule is what is written between `begin_rule` and `end_rule`: conditions, which all must hold, then what is done.
/// Pure: writes into memory. The words are the kernel's.
class nft_batch {
public:
    enum class hook : std::uint8_t { input, output };
    enum class side : std::uint8_t { source, destination };
    enum class verdict : std::uint8_t { accept, drop, go_to };

    /// What hands packets to a queue: a word of nf_tables' own (CONFIG_NFT_QUEUE), or one of iptables', for kernels
    /// without it (CONFIG_NFT_COMPAT, CONFIG_NETFILTER_XT_TARGET_NFQUEUE).
    enum class queue_by : std::uint8_t { expression, target };

    /// `table`: no word of nft(8)'s language. `comment`: what `nft list` shows of it.
    nft_batch(std::string table, std::string_view comment);

    /// Takes away the rules of one chain of a table that stands.
    [[nodiscard]] static nft_batch emptying(std::string table, std::string_view chain);

    /// Sees every packet that comes to, or is sent by, this host (in its network namespace), before the others'
    /// filters.
    void add_base_chain(std::string_view name, hook at);
    void add_chain(std::string_view name);

    void begin_rule(std::string_view chain);
    void end_rule();

    void match_cgroup(std::uint64_t id, unsigned level);  ///< of the socket: version 2, `level` below its root
    void match_loopback(hook at);                         ///< it comes from there, or goes there
    void match_protocol(std::uint8_t number);             ///< of the transport layer
    void match_address(side s, bool is_version_6, std::span<const std::uint8_t> address, unsigned prefix);
    void match_port(side s, std::uint16_t port);          ///< behind `match_protocol`: TCP or UDP
    void match_reset();                                   ///< behind `match_protocol`: TCP: it is a reset
    void match_share(unsigned percent);                   ///< of the packets, at random
    void count();                                         ///< the packets that came so far
    void decide(verdict v, std::string_view chain = {});  ///< `chain`: of `go_to`
    void reject(bool is_tcp);                             ///< with a reset, or "port unreachable"
    void queue(std::uint16_t number, queue_by by);        ///< where nobody listens to it, packets pass

    /// The end of the batch; after it, nothing more is added.
    void close();

    [[nodiscard]] const std::string& table() const noexcept { return table_; }
    [[nodiscard]] std::span<const char> bytes() const noexcept { return {bytes_.data(), size_}; }
    [[nodiscard]] std::size_t rules() const noexcept { return rules_; }

    /// What the message of that number was to do, for a person: "match the sockets of a control group".
    [[nodiscard]] std::string_view purpose_of(std::uint32_t sequence) const noexcept;

    /// How many messages are answered.
    [[nodiscard]] std::size_t answered() const noexcept { return purposes_.size(); }

private:
    explicit nft_batch(std::string table);

    nlmsghdr* add(std::uint16_t type, std::uint16_t flags, std::string_view purpose);
    void grow(const nlmsghdr* h);
    void begin_expression(const char* name);
    void end_expression();
    void compare(std::uint32_t operation, std::span<const std::uint8_t> with);
    void keep_bits(std::span<const std::uint8_t> mask);
    void load_meta(std::uint32_t key);
    void load_payload(std::uint32_t base, std::size_t offset, std::size_t length);

    const std::string table_;
    std::vector<char> bytes_;
    std::size_t size_ = 0;
    std::size_t rules_ = 0;
    std::uint32_t sequence_ = 0;
    std::vector<std::pair<std::uint32_t, std::string_view>> purposes_;
    nlmsghdr* rule_ = nullptr;
    void* expressions_ = nullptr;  ///< an open nested attribute, as the next two
    void* element_ = nullptr;
    void* data_ = nullptr;
};

}  // namespace mayhem::actions
