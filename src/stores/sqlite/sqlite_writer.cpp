#include "stores/sqlite/sqlite_writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <pthread.h>

namespace mayhem::stores {

sqlite_writer::sqlite_writer(sqlite_database database, batch_handler on_batch)
    : on_batch_(std::move(on_batch)), runner_(std::move(database)), thread_([this] { run(); }) {}

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

void sqlite_writer::run() {
    ::pthread_setname_np(::pthread_self(), "mayhem-database");
    while (std::optional<batch> b = next_batch(runner_.is_in_doubt())) {
        if (b->empty()) {
            (void)runner_.end_doubt();  // tried again until it is
        } else {
            runner_.carry_out(*b);
            on_batch_(*std::move(b));
        }
    }
    const std::exception_ptr doubt = runner_.close();
    if (closed_) {
        closed_->end(doubt);
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

}  // namespace mayhem::stores
