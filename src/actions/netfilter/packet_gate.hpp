#pragma once

#include <cstdint>
#include <span>

namespace mayhem::actions {

/// Where packets wait until they are let pass, in the order in which they came. The kernel numbers them; the numbers
/// rise, and begin anew after 2^32 of them. One thread.
class packet_gate {
public:
    virtual ~packet_gate() = default;

    /// The numbers of some that have come since, in their order, good until the next call; none: there are none. Does
    /// not wait. What is thrown is a refusal to go on.
    [[nodiscard]] virtual std::span<const std::uint32_t> receive() = 0;

    /// That one, and all that have come before it.
    virtual void pass_up_to(std::uint32_t last) = 0;

    /// That one alone.
    virtual void pass(std::uint32_t number) = 0;
};

}  // namespace mayhem::actions
