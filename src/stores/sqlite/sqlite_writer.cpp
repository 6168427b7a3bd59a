#include "stores/sqlite/sqlite_writer.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <pthread.h>

#include "stores/sqlite/transaction.hpp"

namespace mayhem::stores {

struct sqlite_writer::connection {
    explicit connection(sqlite_database d) : database(std::move(d)), transaction(database) {}

    sqlite_database database;
    stores::transaction transaction;
};

sqlite_writer::sqlite_writer(sqlite_database database, batch_handler on_batch)
    : on_batch_(std::move(on_batch)),
      thread_([this, mine = std::make_unique<connection>(std::move(database))]() mutable { run(std::move(mine)); }) {}

sqlite_writer::~sqlite_writer() {
    {
        const std::scoped_lock lock(mutex_);
        closing_ = true;
    }
    work_waits_.notify_one();
    thread_.join();
}

bool sqlite_writer::submit(std::shared_ptr<write_request> r) {
    bool may_sleep = false;
    {
        const std::scoped_lock lock(mutex_);
        if (closing_ || waiting_.size() >= waiting_max) {
            return false;
        }
        may_sleep = waiting_.empty();
        waiting_.push_back(std::move(r));
    }
    if (may_sleep) {
        work_waits_.notify_one();
    }
    return true;
}

bool sqlite_writer::close(std::shared_ptr<write_request> closed) {
    {
        const std::scoped_lock lock(mutex_);
        if (closing_) {
            return false;
        }
        closing_ = true;
        closed_ = std::move(closed);
    }
    work_waits_.notify_one();
    return true;
}

sqlite_writer::counters sqlite_writer::totals() const noexcept {
    return {.requests = requests_.load(std::memory_order_relaxed),
            .commits = commits_.load(std::memory_order_relaxed),
            .failures = failures_.load(std::memory_order_relaxed)};
}

void sqlite_writer::run(std::unique_ptr<connection> mine) {
    ::pthread_setname_np(::pthread_self(), "mayhem-database");
    while (std::optional<batch> b = next_batch(mine->transaction.is_in_doubt())) {
        if (b->empty()) {
            (void)end_doubt(*mine);  // tried again until it is
        } else {
            carry_out(*b, *mine);
            hand_back(*std::move(b));
        }
    }
    const std::exception_ptr doubt = end_doubt(*mine);
    mine.reset();
    if (closed_) {
        closed_->failure_ = doubt;
        on_batch_({std::move(closed_)});
    }
}

std::optional<sqlite_writer::batch> sqlite_writer::next_batch(bool is_in_doubt) {
    std::unique_lock lock(mutex_);
    const auto has_come = [this] { return closing_ || !waiting_.empty(); };
    if (is_in_doubt) {
        (void)work_waits_.wait_for(lock, doubt_retry, has_come);
    } else {
        work_waits_.wait(lock, has_come);
    }
    if (closing_ && waiting_.empty()) {
        return std::nullopt;
    }
    const auto end = std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(std::min(waiting_.size(), batch_max)));
    batch taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return taken;
}

void sqlite_writer::carry_out(const batch& b, connection& c) noexcept {
    const auto began = std::chrono::steady_clock::now();
    std::exception_ptr failure = end_doubt(c);
    if (!failure) {
        failure = commit_all(b, c.transaction);
    }
    if (!failure) {
        commit_times_.add(std::chrono::steady_clock::now() - began);
        commits_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    c.transaction.roll_back();
    (void)end_doubt(c);  // at once, which mostly succeeds; otherwise before anything else
    c.database.files().save_lost_log(c.database.connection());
    for (const auto& request : b) {
        request->failure_ = failure;
    }
}

std::exception_ptr sqlite_writer::commit_all(const batch& b, transaction& t) noexcept try {
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

std::exception_ptr sqlite_writer::end_doubt(connection& c) noexcept try {
    if (c.transaction.is_in_doubt()) {
        c.transaction.end_doubt();
    }
    return nullptr;
} catch (...) {
    return std::current_exception();
}

void sqlite_writer::hand_back(batch b) {
    const auto failed =
        std::count_if(b.begin(), b.end(), [](const auto& request) { return request->failure_ != nullptr; });
    requests_.fetch_add(b.size(), std::memory_order_relaxed);
    failures_.fetch_add(static_cast<std::uint64_t>(failed), std::memory_order_relaxed);
    on_batch_(std::move(b));
}

}  // namespace mayhem::stores
