#pragma once

#include <cstdint>
#include <string>

#include "mayhem/core/rules/stability_watch.hpp"

namespace mayhem::core {

/// What became of an incarnation that was acted on.
enum class passing : std::uint8_t {
    unknown,  ///< nobody can tell
    stands,   ///< it is still there: it ignores the act, took it for something else, or is on its way out
    ended,
};

/// How the recovery of a target ended, now that it is known what became of the old incarnation: while that stands,
/// nothing can come back, so that its absence says nothing about recovery. Whatever came back is not asked. Pure.
[[nodiscard]] constexpr recovery_end end_with(recovery_end watched, passing of_the_old) noexcept {
    return watched == recovery_end::not_recovered && of_the_old == passing::stands ? recovery_end::not_ended : watched;
}

}  // namespace mayhem::core
