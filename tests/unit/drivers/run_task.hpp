#pragma once

#include <utility>

#include <gtest/gtest.h>

#include "mayhem/async/settled.hpp"
#include "mayhem/async/task_group.hpp"
#include "support/note.hpp"

namespace mayhem::drivers {

inline void fail_test(const async::task_failure& f) { ADD_FAILURE() << f.describe(); }

/// Runs `body` as the only task of `loop`, to its end: returns its value or throws its exception.
template <typename Operation>
typename Operation::value_type run_task(async::loop& loop, Operation body) {
    async::settled<typename Operation::value_type> result;
    async::task_group group(loop, "test", fail_test);
    group.spawn("body", test::note(std::move(body), result));
    loop.run();
    return std::move(result).get();
}

}  // namespace mayhem::drivers
