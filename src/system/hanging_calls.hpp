#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "mayhem/async/loop.hpp"
#include "mayhem/async/unique_function.hpp"

namespace mayhem::app {

/// Calls that may never return: a look at a file whose server is away, a name that a directory is asked for. Unlike
/// `async::run_blocking`, nobody has to wait for one to the end: each has a thread of its own, and when this object
/// goes, those that hang are left behind, touch nothing of ours any more, and end with the process.
///
/// Outlived by its loop. The loop's thread only.
class hanging_calls {
public:
    using step = async::unique_function<void()>;

    /// At most `max` calls are under way. The threads are called `name`.
    hanging_calls(async::loop& l, std::string name, std::size_t max);
    ~hanging_calls();
    hanging_calls(const hanging_calls&) = delete;
    hanging_calls& operator=(const hanging_calls&) = delete;

    /// Runs `call` on a thread, and what it returns on the loop, unless this object has gone by then. Neither may
    /// throw, and `call` owns all that it uses. False if it cannot be begun: `max` others have not returned, or the
    /// system has no thread to give.
    [[nodiscard]] bool start(async::unique_function<step()> call);

private:
    struct shared;

    const std::string name_;
    const std::size_t max_;
    const std::shared_ptr<shared> shared_;
};

}  // namespace mayhem::app
