#include "mayhem/async/deadline.hpp"

#include <algorithm>

#include "mayhem/async/loop.hpp"

namespace mayhem::async {

clock::time_point deadline() noexcept {
    const detail::branch& b = detail::this_branch();
    return detail::is_cleaning(b.cancel_is) ? clock::time_point::max() : b.deadline;
}

clock::duration time_left() noexcept {
    const clock::time_point until = deadline();
    return until == clock::time_point::max() ? clock::duration::max()
                                             : std::max(until - this_loop().now(), clock::duration::zero());
}

}  // namespace mayhem::async
