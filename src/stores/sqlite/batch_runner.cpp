#include "stores/sqlite/batch_runner.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mayhem::stores {

batch_runner::batch_runner(sqlite_database database) : connection_(std::make_unique<connection>(std::move(database))) {}

void batch_runner::carry_out(const request_writer::batch& b) noexcept {
    const auto began = std::chrono::steady_clock::now();
    std::exception_ptr failure = end_doubt();
    if (!failure) {
        failure = commit_all(b, connection_->transaction);
    }
    if (!failure) {
        commit_times_.add(std::chrono::steady_clock::now() - began);
        commits_.fetch_add(1, std::memory_order_relaxed);
    } else {
        connection_->transaction.roll_back();
        (void)end_doubt();  // at once, which mostly succeeds; otherwise before anything else
        connection_->database.files().save_lost_log(connection_->database.connection());
        for (const auto& request : b) {
            request->failure_ = failure;
        }
    }
    count(b);
}

std::exception_ptr batch_runner::commit_all(const request_writer::batch& b, transaction& t) noexcept try {
    t.begin();
    const bool all_succeeded = std::all_of(b.begin(), b.end(), [&t](const auto& r) { return t.run(r->work_); });
    if (!all_succeeded) {
        t.roll_back();
        t.begin();
        for (const auto& request : b) {
            request->failure_ = t.attempt(request->work_);
        }
    }
    t.commit();
    return nullptr;
} catch (...) {
    return std::current_exception();
}

std::exception_ptr batch_runner::end_doubt() noexcept try {
    if (is_in_doubt()) {
        connection_->transaction.end_doubt();
    }
    return nullptr;
} catch (...) {
    return std::current_exception();
}

std::exception_ptr batch_runner::close() noexcept {
    std::exception_ptr doubt = end_doubt();
    connection_.reset();
    return doubt;
}

void batch_runner::count(const request_writer::batch& b) noexcept {
    const auto failed =
        std::count_if(b.begin(), b.end(), [](const auto& request) { return request->failure_ != nullptr; });
    requests_.fetch_add(b.size(), std::memory_order_relaxed);
    failures_.fetch_add(static_cast<std::uint64_t>(failed), std::memory_order_relaxed);
}

request_writer::counters batch_runner::totals() const noexcept {
    return {.requests = requests_.load(std::memory_order_relaxed),
            .commits = commits_.load(std::memory_order_relaxed),
            .failures = failures_.load(std::memory_order_relaxed)};
}

}  // namespace mayhem::stores
