#pragma once

#include <exception>
#include <functional>

#include "stores/sqlite/ledger.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/statement.hpp"

namespace mayhem::stores {

/// Many pieces of work in one transaction, each of which may fail alone. For the database thread, which uses one
/// object of it over and over. Errors are `core::store_failed`.
class transaction {
public:
    /// `database` must outlive this.
    explicit transaction(sqlite_database& database);

    /// Takes the write lock, waiting for other processes as long as the connection's busy timeout.
    void begin();

    /// Does one piece of work, the fast way. False if it failed: then nothing but `roll_back` may follow.
    [[nodiscard]] bool run(const std::function<void(ledger&)>& work) noexcept;

    /// Does one piece of work in a savepoint, which takes half as long again. Returns why it failed, null if it did
    /// not; a failed one has changed nothing. Throws when the failure took the whole transaction with it.
    [[nodiscard]] std::exception_ptr attempt(const std::function<void(ledger&)>& work);

    /// Durable when it returns. If it throws, nothing of it is seen any more in this life of the database; but when it
    /// was the disk that failed, the log may hold it as if it were committed (`is_in_doubt`), and whoever opens the
    /// database after a crash finds it.
    void commit();

    /// A commit has failed, and none since has taken its place in the log.
    [[nodiscard]] bool is_in_doubt() const noexcept { return is_in_doubt_; }

    /// A commit of its own, which takes the place of the failed one: no crash brings that back any more. Between
    /// transactions; throws if it fails, too, and may then be tried again.
    void end_doubt();

    /// Undoes everything since `begin`; nothing to do if that has happened already.
    void roll_back() noexcept;

private:
    [[nodiscard]] std::exception_ptr translated_current_exception() const;

    sqlite_database& database_;
    bool is_in_doubt_ = false;
    ledger ledger_;
    statement begin_;
    statement commit_;
    statement roll_back_;
    statement savepoint_;
    statement undo_;
    statement keep_;
};

}  // namespace mayhem::stores
