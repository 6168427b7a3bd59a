#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/frame_pool.hpp"
#include "mayhem/async/task_name.hpp"

namespace mayhem::async {

class task_group;

namespace detail {

/// A coroutine that a group runs, with what `tasks()` tells about it. Owned by its group; freed when it has ended.
class task final : public list_hook, public finished_node {
public:
    task(async::loop& l, task_group& g, task_name n, std::source_location at);

    static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
    static void operator delete(void* memory, std::size_t size) noexcept { frame_pool::deallocate(memory, size); }

    /// "group/name #id"
    [[nodiscard]] std::string text() const;

    task_group& group;
    const task_name name;
    const std::source_location created_at;
    const clock::time_point created;
    const std::uint64_t id;
    std::unique_ptr<std::vector<std::source_location>> created_by;  ///< the spawning stack; debug mode only
    effort spent;
    branch root;
    awaitable<void> body;
    awaitable<void>::handle first;  ///< the body's
};

}  // namespace detail
}  // namespace mayhem::async
