#include "mayhem/async/with_group.hpp"

#include <utility>

#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::async::detail {

nested_group::nested_group(task_name name, task_group::failure_handler on_failure)
    : owner_(this_branch()),
      group_(
          owner_.owner_loop, name,
          on_failure ? std::move(on_failure)
                     : [&outer = owner_.owner_task.group](const task_failure& f) { outer.take_failure(f); }) {
    group_.is_covered_ = owner_.holds_back();
    group_.deadline_ = owner_.deadline;
    group_.outer_ = std::exchange(owner_.groups, &group_);
}

nested_group::~nested_group() { owner_.groups = group_.outer_; }

}  // namespace mayhem::async::detail
