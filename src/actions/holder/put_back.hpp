#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actions/holder/hold_order.hpp"
#include "actions/units/unit_bus.hpp"

namespace mayhem::actions {

/// What became of numbers that were to be what they were before.
enum class put_back_result : std::uint8_t {
    undone,         ///< they are again
    was_not_there,  ///< they were already
    taken_over,     ///< somebody else has set one of them since: it is his now, and is left alone
    gone,           ///< there is no such unit any more, or the host was started anew, which undoes it
};

/// "undone", ... The inverse: nothing for a text that is none.
[[nodiscard]] std::string_view to_string(put_back_result r) noexcept;
[[nodiscard]] std::optional<put_back_result> parse_put_back_result(std::string_view text) noexcept;

/// Puts the numbers of a unit back, whichever life of it there is by now, because systemd keeps them over a restart: by
/// their former values, and then, where this user may, by removing the files in which systemd has kept ours. Not with
/// an empty value, which would take away what the unit's own file says; never by a reload, which would take over
/// whatever somebody has left lying there. `boot_id`: of the boot in which they were changed. Throws, derived from
/// `std::exception`, why it was not possible now; returns only what it has seen.
[[nodiscard]] put_back_result put_back(const held_unit& u, std::string_view boot_id);

/// One number after another that is to be put back; what it is now. Pure.
[[nodiscard]] put_back_result judge_number(const core::changed_number& c, std::uint64_t is) noexcept;

}  // namespace mayhem::actions
