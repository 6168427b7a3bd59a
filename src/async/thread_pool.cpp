#include "mayhem/async/thread_pool.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include <pthread.h>

namespace mayhem::async {

thread_pool::thread_pool(std::size_t count, const std::string& prefix) {
    try {
        threads_.reserve(std::max<std::size_t>(count, 1));
        for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i) {
            threads_.emplace_back([this] { work(); });
            const std::string name = prefix.substr(0, 12) + "-" + std::to_string(i % 100);
            (void)pthread_setname_np(threads_.back().native_handle(), name.c_str());  // a name is a nicety
        }
    } catch (...) {
        end();
        throw;
    }
}

thread_pool::~thread_pool() { end(); }

void thread_pool::end() noexcept {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    wakeup_.notify_all();
    for (std::thread& t : threads_) {
        t.join();
    }
}

void thread_pool::post(unique_function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() >= queue_limit) {
            throw std::length_error("the thread pool's queue is full (" + std::to_string(queue_limit) + " jobs wait)");
        }
        jobs_.push_back(std::move(job));
    }
    wakeup_.notify_one();
}

void thread_pool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wakeup_.wait(lock, [this] { return is_stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) {
            return;
        }
        std::optional<unique_function<void()>> job{std::move(jobs_.front())};
        jobs_.pop_front();
        lock.unlock();
        (*job)();
        job.reset();
        lock.lock();
    }
}

}  // namespace mayhem::async
