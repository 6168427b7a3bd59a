#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "mayhem/async/blocking.hpp"
#include "mayhem/async/unique_function.hpp"

namespace mayhem::async {

/// Threads for what blocks: name look-ups, /proc, files. Their names begin with the prefix ("mayhem-io-0"), so that
/// they can be told apart in `top -H`. The destructor runs what was queued and joins: no thread outlives its pool, and
/// a pool must outlive the coroutines that wait on it.
class thread_pool final : public blocking {
public:
    static constexpr std::size_t queue_limit = 65'536;

    /// `count` threads (at least 1), started now. `prefix` is cut to 12 characters, the system's limit. Throws
    /// `std::system_error` when the system refuses a thread; those that were started have ended then.
    thread_pool(std::size_t count, const std::string& prefix);
    ~thread_pool() override;
    thread_pool(const thread_pool&) = delete;
    thread_pool& operator=(const thread_pool&) = delete;

    /// Queues `job`, which must not throw. Any thread. Throws `std::length_error` when `queue_limit` jobs wait.
    void post(unique_function<void()> job) override;

    [[nodiscard]] bool is_outside_loop() const noexcept override { return true; }

    [[nodiscard]] std::size_t size() const noexcept { return threads_.size(); }

private:
    void work();
    void end() noexcept;

    std::mutex mutex_;
    std::condition_variable wakeup_;
    std::deque<unique_function<void()>> jobs_;
    bool is_stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace mayhem::async
