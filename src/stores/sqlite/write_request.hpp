#pragma once

#include <exception>
#include <functional>
#include <utility>

namespace mayhem::stores {

class batch_runner;
class ledger;

/// One piece of work for the database, shared by whoever carries it out and whoever waits for it, who may go away
/// first: so `work` owns all that it uses.
class write_request {
public:
    /// `work` runs where the writer does its work, inside a transaction: throwing undoes what it wrote. If any request
    /// of its batch throws, everything is undone and each `work` runs a second time, apart from the others.
    explicit write_request(std::function<void(ledger&)> work) : work_(std::move(work)) {}
    virtual ~write_request() = default;
    write_request(const write_request&) = delete;
    write_request& operator=(const write_request&) = delete;

    /// Returns if the work is committed, throws why it is not. Only once the writer has handed the request back.
    void get() const {
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

    /// For the writer, before it hands the request back: null if it succeeded.
    void end(std::exception_ptr failure) noexcept { failure_ = std::move(failure); }

private:
    friend class batch_runner;

    std::function<void(ledger&)> work_;
    std::exception_ptr failure_;
};

}  // namespace mayhem::stores
