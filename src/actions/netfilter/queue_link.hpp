#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "actions/netfilter/packet_gate.hpp"

struct mnl_socket;

namespace mayhem::actions {

/// A queue of the kernel for packets (NFQUEUE), which is this one's alone, and ends with it: then whoever a rule sends
/// there passes, if the rule says so, and whoever waited there is lost. Needs CAP_NET_ADMIN in the network namespace in
/// which it was constructed. One thread.
class queue_link final : public packet_gate {
public:
    /// How many numbers are tried, when others have taken the first.
    static constexpr unsigned attempts_max = 16;

    /// `name`: of what it serves, `queue_number`. Not more than `packet_line::longest` wait in it, what comes then
    /// passes at once. Throws `std::system_error`: the kernel has no queues, or all numbers that were tried are taken.
    explicit queue_link(const std::string& name);

    [[nodiscard]] std::uint16_t number() const noexcept { return number_; }

    /// Readable when packets have come.
    [[nodiscard]] int descriptor() const noexcept;

    /// Throws `std::system_error`.
    [[nodiscard]] std::span<const std::uint32_t> receive() override;
    void pass_up_to(std::uint32_t last) override { send_pass(last, true); }
    void pass(std::uint32_t number) override { send_pass(number, false); }

private:
    /// How many messages are taken from the socket by one call.
    static constexpr std::size_t received_at_once = 64;

    [[nodiscard]] int bind(std::uint16_t number);
    void send_pass(std::uint32_t number, bool all_before);

    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
    std::uint16_t number_ = 0;
    std::vector<char> room_;
    std::array<std::uint32_t, received_at_once> numbers_{};
};

}  // namespace mayhem::actions
