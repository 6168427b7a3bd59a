#include "actions/netfilter/nft_link.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace mayhem::actions {

namespace {

constexpr std::size_t answer_bytes_max = 64UL * 1024;

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

/// Of an answer: 0, or the error.
std::optional<int> error_in(const nlmsghdr* h) {
    if (h->nlmsg_type != NLMSG_ERROR) {
        return std::nullopt;
    }
    return -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(h))->error;
}

template <typename F>
int call(const nlattr* a, void* f) {
    (*static_cast<F*>(f))(a);
    return MNL_CB_OK;
}

/// Hands the attributes in an attribute, or behind a header, to `f`.
template <typename F>
void each_nested(const nlattr* in, F f) {
    (void)mnl_attr_parse_nested(in, &call<F>, &f);  // ends early only where `f` says so
}

template <typename F>
void each_of(const nlmsghdr* h, F f) {
    (void)mnl_attr_parse(h, sizeof(nfgenmsg), &call<F>, &f);
}

void add_counter(const nlattr* data, nft_link::counts& to) {
    each_nested(data, [&](const nlattr* a) {
        if (mnl_attr_get_type(a) == NFTA_COUNTER_PACKETS) {
            to.packets += be64toh(mnl_attr_get_u64(a));
        } else if (mnl_attr_get_type(a) == NFTA_COUNTER_BYTES) {
            to.bytes += be64toh(mnl_attr_get_u64(a));
        }
    });
}

void add_expression(const nlattr* element, nft_link::counts& to) {
    std::string_view name;
    const nlattr* data = nullptr;
    each_nested(element, [&](const nlattr* a) {
        if (mnl_attr_get_type(a) == NFTA_EXPR_NAME) {
            name = mnl_attr_get_str(a);
        } else if (mnl_attr_get_type(a) == NFTA_EXPR_DATA) {
            data = a;
        }
    });
    if (name == "counter" && data != nullptr) {
        add_counter(data, to);
    }
}

}  // namespace

nft_link::nft_link() : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC), &mnl_socket_close) {
    if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) != 0) {
        fail(errno, "cannot talk to the kernel's packet filter");
    }
}

/// The answers are there when the request is sent.
void nft_link::receive(const std::function<void(const nlmsghdr*)>& on_message) {
    std::vector<char> answer(answer_bytes_max);
    const ssize_t size = ::recv(mnl_socket_get_fd(socket_.get()), answer.data(), answer.size(), MSG_DONTWAIT);
    if (size <= 0) {
        fail(size == 0 ? ENODATA : errno, "the kernel's packet filter does not answer");
    }
    int left = static_cast<int>(size);
    for (auto* h = reinterpret_cast<const nlmsghdr*>(answer.data()); mnl_nlmsg_ok(h, left);
         h = mnl_nlmsg_next(h, &left)) {
        on_message(h);
    }
}

void nft_link::send(const void* messages, std::size_t size) {
    if (mnl_socket_sendto(socket_.get(), messages, size) < 0) {
        fail(errno, "cannot talk to the kernel's packet filter");
    }
}

void nft_link::commit(const nft_batch& b) {
    send(b.bytes().data(), b.bytes().size());
    for (std::size_t answered = 0; answered < b.answered();) {
        receive([&](const nlmsghdr* h) {
            const std::optional<int> error = error_in(h);
            answered += error ? 1 : 0;
            if (error.value_or(0) != 0) {
                fail(*error, "the kernel's packet filter does not " + std::string(b.purpose_of(h->nlmsg_seq)));
            }
        });
    }
}

void nft_link::ask(std::uint16_t type, std::uint16_t flags, const std::function<void(nlmsghdr*)>& with,
                   const std::function<void(const nlmsghdr*)>& on_answer) {
    std::array<char, 1024> request{};
    nlmsghdr* const asked = mnl_nlmsg_put_header(request.data());
    asked->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | type);
    asked->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    asked->nlmsg_seq = ++sequence_;
    auto* const of = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(asked, sizeof(nfgenmsg)));
    of->nfgen_family = NFPROTO_INET;
    of->version = NFNETLINK_V0;
    with(asked);
    send(asked, asked->nlmsg_len);
    for (bool is_over = false; !is_over;) {
        receive([&](const nlmsghdr* h) {
            if (is_over || h->nlmsg_seq != sequence_) {
                return;  // of a question before, which has failed
            }
            const std::optional<int> error = error_in(h);
            if (error.value_or(0) != 0) {
                fail(*error, "the kernel's packet filter does not tell");
            }
            is_over = error || h->nlmsg_type == NLMSG_DONE;
            if (!is_over) {
                on_answer(h);
            }
        });
    }
}

nft_link::counts nft_link::count(const std::string& table) {
    counts found;
    ask(
        NFT_MSG_GETRULE, NLM_F_DUMP, [&](nlmsghdr* h) { mnl_attr_put_strz(h, NFTA_RULE_TABLE, table.c_str()); },
        [&](const nlmsghdr* h) {
            bool is_of_it = false;
            each_of(h, [&](const nlattr* a) {
                is_of_it = is_of_it || (mnl_attr_get_type(a) == NFTA_RULE_TABLE && table == mnl_attr_get_str(a));
            });
            if (!is_of_it) {
                return;
            }
            ++found.rules;
            each_of(h, [&](const nlattr* a) {
                if (mnl_attr_get_type(a) == NFTA_RULE_EXPRESSIONS) {
                    each_nested(a, [&](const nlattr* element) { add_expression(element, found); });
                }
            });
        });
    return found;
}

std::optional<std::uint32_t> nft_link::owner_of(const std::string& table) {
    std::optional<std::uint32_t> owner;
    try {
        ask(
            NFT_MSG_GETTABLE, NLM_F_ACK, [&](nlmsghdr* h) { mnl_attr_put_strz(h, NFTA_TABLE_NAME, table.c_str()); },
            [&](const nlmsghdr* h) {
                owner = 0;
                each_of(h, [&](const nlattr* a) {
                    if (mnl_attr_get_type(a) == NFTA_TABLE_OWNER) {
                        owner = ntohl(mnl_attr_get_u32(a));
                    }
                });
            });
    } catch (const std::system_error& e) {
        if (e.code() != std::errc::no_such_file_or_directory) {
            throw;
        }
    }
    return owner;
}

}  // namespace mayhem::actions
