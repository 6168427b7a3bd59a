#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mayhem::actions {

/// What is said to a queue of the kernel for packets (NFQUEUE, linux/netfilter/nfnetlink_queue.h), and what it says.
/// Pure: bytes in, bytes out.
class queue_message {
public:
    /// Makes the queue, whose packets then come to the socket that says this, the numbers of packets alone, and nothing
    /// of what is in them. What is longer than `longest` passes at once, as does what the socket has no room for. Is
    /// answered: taken by somebody else it is not made.
    [[nodiscard]] static std::vector<char> bind(std::uint16_t queue, std::uint32_t longest);

    /// That packet passes; with `all_before`, as do all that came before it. Is answered by nothing but an error.
    [[nodiscard]] static std::vector<char> pass(std::uint16_t queue, std::uint32_t number, bool all_before);

    /// What came: the number of a packet, or the error of an answer (0: none). Nothing: neither.
    struct heard {
        std::optional<std::uint32_t> packet{};
        std::optional<int> error{};
    };
    [[nodiscard]] static heard read(std::span<const char> message);  ///< aligned as netlink aligns, to 4 bytes

    /// How many messages of `bind` are answered.
    static constexpr int answers_to_bind = 2;
};

/// Which number a queue is to have: the first one by the name of what it serves, further ones where that is taken. Far
/// from the numbers that people choose by hand. Pure.
[[nodiscard]] std::uint16_t queue_number(const std::string& name, unsigned attempt);

}  // namespace mayhem::actions
