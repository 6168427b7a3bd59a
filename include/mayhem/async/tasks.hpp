#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <vector>

#include "mayhem/async/loop.hpp"

namespace mayhem::async {

class task_group;

/// One coroutine frame of a task's stack.
struct frame_info {
    std::string function;
    std::string file;
    std::uint32_t line = 0;
    std::string
        awaits;     ///< what the frame waits for: the next frame, or for the innermost one the primitive and its place
    int depth = 0;  ///< 0 on the task's own branch; one more for each operation run beside it
};

/// A live task, as `tasks()` found it.
struct task_info {
    std::uint64_t id = 0;  ///< counted from 1 over the life of the loop
    std::string group;
    std::string name;
    std::source_location created_at;
    std::chrono::nanoseconds age{};
    std::chrono::nanoseconds cpu{};  ///< time that its steps held the loop
    std::uint64_t resumes = 0;
    bool cancelled = false;
    bool is_current = false;        ///< the one that took the snapshot
    std::vector<frame_info> stack;  ///< outermost frame first, as in a Python traceback
};

namespace detail {

class task;

[[nodiscard]] task_info info_of(task& t);

}  // namespace detail

/// A snapshot of all live tasks of the loop, oldest first in each group: asyncio's `all_tasks` and `print_stack` in
/// one. The loop's thread only. Costs about a microsecond a frame.
[[nodiscard]] std::vector<task_info> tasks(loop& l);

/// The same of one group.
[[nodiscard]] std::vector<task_info> tasks(task_group& g);

/// The snapshot as text: one line a task, its frames indented below it. Of a deeper stack the last `frames_max`, and
/// how many more there are.
[[nodiscard]] std::string to_string(const task_info& t, std::size_t frames_max = ~std::size_t{0});

}  // namespace mayhem::async
