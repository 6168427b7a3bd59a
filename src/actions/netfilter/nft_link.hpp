#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actions/netfilter/nft_batch.hpp"

struct mnl_socket;
struct nlmsghdr;

namespace mayhem::actions {

/// A netlink socket to nf_tables (nfnetlink): the tables that it has made end with it. Needs CAP_NET_ADMIN in the
/// network namespace in which it was constructed. Blocks for as long as the kernel works, which answers at once. One
/// thread.
class nft_link {
public:
    /// Throws `std::system_error`.
    nft_link();

    /// Makes all of it, or nothing. Throws `std::system_error`, which says what the kernel would not do.
    void commit(const nft_batch& b);

    /// How many packets and bytes have come to the counting rules of a table, and how many rules it has.
    struct counts {
        std::size_t rules = 0;
        std::uint64_t packets = 0;
        std::uint64_t bytes = 0;
    };
    /// Throws `std::system_error`.
    [[nodiscard]] counts count(const std::string& table);

    /// Who owns a table of that name: the number that the kernel gave its socket, which is the process's unless that
    /// has several; 0: nobody. Nothing: there is no such table. Throws `std::system_error`.
    [[nodiscard]] std::optional<std::uint32_t> owner_of(const std::string& table);

private:
    void send(const void* messages, std::size_t size);

    /// What is there, which is at least one message.
    void receive(const std::function<void(const nlmsghdr*)>& on_message);
    void ask(std::uint16_t type, std::uint16_t flags, const std::function<void(nlmsghdr*)>& with,
             const std::function<void(const nlmsghdr*)>& on_answer);

    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
    std::uint32_t sequence_ = 0;
};

}  // namespace mayhem::actions
