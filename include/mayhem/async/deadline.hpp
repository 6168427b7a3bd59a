#pragma once

#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/branch.hpp"

namespace mayhem::async {

/// When the running operation will be cancelled because its time is over: the earliest limit of the `with_timeout`s
/// around it, whoever wrote them; `clock::time_point::max()` where there is none. Inherited by whatever the operation
/// runs beside itself, and by the tasks of its `with_group`, so that who has to share its time out need not be told how
/// much it is. A `shield` adds its own limit, and a clean-up is not bound by any.
///
/// On the loop's clock. Inside a task only.
[[nodiscard]] clock::time_point deadline() noexcept;

/// How long that is from now, zero if it has come; `clock::duration::max()` where there is no deadline.
[[nodiscard]] clock::duration time_left() noexcept;

}  // namespace mayhem::async
