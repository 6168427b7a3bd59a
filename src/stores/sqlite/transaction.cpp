#include "stores/sqlite/transaction.hpp"

#include <utility>

#include "stores/sqlite/facts.hpp"
#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {
transaction::transaction(sqlite_database& database) try
    : database_(database),
      ledger_(database),
      begin_(database.connection(), "BEGIN IMMEDIATE"),
      commit_(database.connection(), "COMMIT"),
      roll_back_(database.connection(), "ROLLBACK"),
      savepoint_(database.connection(), "SAVEPOINT one"),
      undo_(database.connection(), "ROLLBACK TO one"),
      keep_(database.connection(), "RELEASE one") {
} catch (const SQLite::Exception& e) {
    throw explain(e, "cannot use the tables of the database", database.path());
}

void transaction::begin() try {
    begin_.run();
    database_.files().require_whole(database_.connection());
} catch (const SQLite::Exception& e) {
    throw explain(e, writing, database_.path());
}

bool transaction::run(const std::function<void(ledger&)>& work) noexcept try {
    work(ledger_);
    return true;
} catch (...) {
    // Its reason is found when the work is attempted again.
    return false;
}

std::exception_ptr transaction::attempt(const std::function<void(ledger&)>& work) try {
    savepoint_.run();
    std::exception_ptr failure;
    try {
        work(ledger_);
    } catch (...) {
        failure = translated_current_exception();
    }
    if (failure && database_.is_idle()) {
        std::rethrow_exception(failure);
    }
    if (failure) {
        undo_.run();
    }
    keep_.run();
    return failure;
} catch (const SQLite::Exception& e) {
    throw explain(e, writing, database_.path());
}

void transaction::commit() try {
    database_.files().require_in_place(database_.connection());
    const bool was_in_doubt = std::exchange(is_in_doubt_, true);
    commit_.run();
    is_in_doubt_ = was_in_doubt;
} catch (const SQLite::Exception& e) {
    throw explain(e, writing, database_.path());
}

void transaction::end_doubt() {
    try {
        begin();
        count_failed_commit(database_);
        commit();
    } catch (const core::store_failed&) {
        roll_back();
        throw;
    }
    is_in_doubt_ = false;
}

void transaction::roll_back() noexcept {
    if (!database_.is_idle()) {
        roll_back_.try_run();
    }
}

std::exception_ptr transaction::translated_current_exception() const {
    try {
        throw;
    } catch (const SQLite::Exception& e) {
        return std::make_exception_ptr(explain(e, writing, database_.path()));
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace mayhem::stores
