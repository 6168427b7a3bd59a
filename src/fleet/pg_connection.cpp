#include "fleet/pg_connection.hpp"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include <libpq-fe.h>
#include <openssl/ssl.h>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::fleet {

namespace {

using wait_type = system::descriptor::wait_type;

async::clock::duration time_left(async::loop& l, async::clock::time_point until) {
    return std::max(until - l.now(), async::clock::duration::zero());
}

std::string_view field(const pg_result& r, int which) noexcept {
    const char* const text = PQresultErrorField(&r, which);
    return text == nullptr ? std::string_view{} : text;
}

std::vector<std::optional<std::string>> row_of(const pg_result& r, int row) {
    std::vector<std::optional<std::string>> values;
    const int columns = PQnfields(&r);
    values.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
        if (PQgetisnull(&r, row, column) == 1) {
            values.emplace_back();
        } else {
            values.emplace_back(std::in_place, PQgetvalue(&r, row, column),
                                static_cast<std::size_t>(PQgetlength(&r, row, column)));
        }
    }
    return values;
}

class while_true {
public:
    explicit while_true(bool& flag) noexcept : flag_(flag) { flag_ = true; }
    ~while_true() { flag_ = false; }
    while_true(const while_true&) = delete;
    while_true& operator=(const while_true&) = delete;

private:
    bool& flag_;
};

}  // namespace

/// Whoever leaves a statement before its end, by an exception or a cancellation, takes the connection with it.
class pg_connection::dropped_unless_done {
public:
    dropped_unless_done(pg_connection& c, std::string why) : connection_(c), why_(std::move(why)) {}
    ~dropped_unless_done() {
        if (!is_done_) {
            connection_.drop(std::move(why_));
        }
    }
    dropped_unless_done(const dropped_unless_done&) = delete;
    dropped_unless_done& operator=(const dropped_unless_done&) = delete;

    void done() noexcept { is_done_ = true; }

private:
    pg_connection& connection_;
    std::string why_;
    bool is_done_ = false;
};

void pg_connection::closer::operator()(pg_conn* c) const noexcept { PQfinish(c); }
void pg_connection::clearer::operator()(pg_result* r) const noexcept { PQclear(r); }

pg_connection::pg_connection(async::loop& l) : loop_(l), socket_(l.get_executor()) {}

pg_connection::~pg_connection() { drop("the connection is no longer needed"); }

async::awaitable<std::string> pg_connection::open(std::vector<connection_option> options,
                                                  async::clock::time_point until) {
    const async::frame here;
    MAYHEM_ASSERT(!connection_, "a connection is opened when the former one is gone");
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : options) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (!connection_) {
        throw std::bad_alloc();
    }
    dropped_unless_done opening(*this, "nobody waits for the connection any more");
    PQsetNoticeReceiver(connection_.get(), &pg_connection::take_notice, this);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (PQstatus(connection_.get()) != CONNECTION_BAD && state != PGRES_POLLING_OK &&
           state != PGRES_POLLING_FAILED) {
        std::string trouble =
            co_await wait_for(state == PGRES_POLLING_READING ? wait_type::wait_read : wait_type::wait_write, until);
        if (!trouble.empty()) {
            drop(std::move(trouble));
            co_return trouble_;
        }
        state = PQconnectPoll(connection_.get());
    }
    if (state != PGRES_POLLING_OK || PQsetnonblocking(connection_.get(), 1) != 0) {
        drop(message());
        co_return trouble_;
    }
    if (std::string trouble = begin_watching(); !trouble.empty()) {
        drop(std::move(trouble));
        co_return trouble_;
    }
    opening.done();
    is_up_ = true;
    co_return std::string();
}

/// Of a socket that libpq may replace as soon as this has ended. Empty, or why it is not ready.
async::awaitable<std::string> pg_connection::wait_for(wait_type what, async::clock::time_point until) {
    const async::frame here;
    std::string trouble = begin_watching();
    if (!trouble.empty()) {
        co_return trouble;
    }
    const auto ready =
        co_await async::settle(async::with_timeout(system::wait_ready(socket_, what), time_left(loop_, until)));
    stop_watching();
    ready.rethrow_if_failed();
    co_return ready->has_value() ? "" : "no answer in time";
}

std::string pg_connection::begin_watching() {
    asio::error_code failed;
    socket_.assign(PQsocket(connection_.get()), failed);
    return failed ? "its socket cannot be watched: " + failed.message() : std::string();
}

void pg_connection::stop_watching() noexcept {
    if (socket_.is_open()) {
        (void)socket_.release();  // libpq closes it
    }
}

void pg_connection::drop(std::string why) noexcept {
    if (connection_) {
        stop_watching();
        connection_.reset();
        is_up_ = false;
        trouble_ = std::move(why);
        progress_.set();
    }
}

async::awaitable<void> pg_connection::follow() {
    const async::frame here;
    dropped_unless_done following(*this, "the connection is no longer needed");
    while (is_up()) {
        const auto ready = co_await async::settle(system::wait_ready(socket_, wait_type::wait_read));
        if (!is_up()) {
            break;
        }
        if (ready) {
            take_input();
        } else if (!async::is_cancellation(ready.error())) {
            drop("its socket cannot be watched: " + async::text_of(ready.error()));
        } else {
            async::throw_if_cancelled();
        }
    }
}

void pg_connection::take_input() {
    do {
        if (PQconsumeInput(connection_.get()) == 0) {
            drop(message());
            return;
        }
    } while (has_decrypted_input());
    take_notifications();
    progress_.set();
}

/// A record of TLS may be longer than the room that libpq has for it: the rest is with OpenSSL then, and the socket
/// will not tell of it.
bool pg_connection::has_decrypted_input() const noexcept {
    auto* const tls = static_cast<SSL*>(PQsslStruct(connection_.get(), "OpenSSL"));
    return tls != nullptr && SSL_pending(tls) > 0;
}

void pg_connection::take_notifications() {
    while (PGnotify* const n = PQnotifies(connection_.get())) {
        const std::unique_ptr<PGnotify, decltype(&PQfreemem)> owned(n, &PQfreemem);
        if (on_notification_) {
            on_notification_(n->relname, n->extra);
        }
    }
}

void pg_connection::take_notice(void* self, const pg_result* notice) {
    if (field(*notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING") {
        static_cast<pg_connection*>(self)->warning_ = one_line(PQresultErrorMessage(notice));
    }
}

async::awaitable<call_outcome> pg_connection::ask(statement s, async::clock::time_point until) {
    const async::frame here;
    MAYHEM_ASSERT(!is_asked_, "a connection is asked one thing at a time");
    if (!is_up()) {
        co_return not_sent{"not connected to the fleet's database: " + trouble_};
    }
    std::vector<const char*> parameters;
    for (const auto& parameter : s.parameters) {
        parameters.push_back(parameter ? parameter->c_str() : nullptr);
    }
    const while_true being_asked(is_asked_);
    dropped_unless_done asking(*this, "the caller of " + s.name + " was cancelled");
    warning_.clear();
    if (PQsendQueryParams(connection_.get(), s.sql.c_str(), static_cast<int>(parameters.size()), nullptr,
                          parameters.data(), nullptr, nullptr, 0) == 0) {
        drop(message());
        co_return unknown{trouble_};
    }
    (void)PQsetSingleRowMode(connection_.get());  // each row is taken as it comes: not all at once, nor kept twice
    call_outcome outcome = rows{};
    for (;;) {
        const bool is_there = co_await has_answer(until);
        if (!is_there) {
            break;
        }
        const std::unique_ptr<pg_result, clearer> result(PQgetResult(connection_.get()));
        if (!result) {
            asking.done();
            break;
        }
        take_result(*result, outcome);
    }
    if (std::holds_alternative<rows>(outcome) && (!is_up() || !warning_.empty())) {
        outcome = unknown{is_up() ? warning_ : trouble_};
    }
    co_return outcome;
}

/// Whether libpq has the next result, or has told the end of them; otherwise the connection is gone.
async::awaitable<bool> pg_connection::has_answer(async::clock::time_point until) {
    const async::frame here;
    while (is_up()) {
        const int unsent = PQflush(connection_.get());
        if (unsent < 0) {
            drop(message());
        } else if (unsent == 0 && PQisBusy(connection_.get()) == 0) {
            co_return true;
        } else if (loop_.now() >= until) {
            drop("no answer in time");
        } else if (unsent == 0) {
            progress_.clear();
            const auto in_time = co_await async::with_timeout(progress_.wait(), time_left(loop_, until));
            (void)in_time;  // looked at above
        } else {
            const auto ready = co_await async::with_timeout(
                async::settle(system::wait_ready(socket_, wait_type::wait_write)), time_left(loop_, until));
            if (ready && !*ready && !async::is_cancellation(ready->error())) {
                drop("its socket cannot be watched: " + async::text_of(ready->error()));
            }
        }
    }
    co_return false;
}

void pg_connection::take_result(const pg_result& r, call_outcome& outcome) {
    const ExecStatusType status = PQresultStatus(&r);
    if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
        status == PGRES_EMPTY_QUERY) {
        if (auto* const taken = std::get_if<rows>(&outcome)) {
            for (int row = 0; row < PQntuples(&r); ++row) {
                taken->values.push_back(row_of(r, row));
            }
            if (taken->values.size() > rows::count_max) {
                drop("the answer has more than " + std::to_string(rows::count_max) + " rows");
            }
        }
    } else if (status == PGRES_FATAL_ERROR) {
        const std::string_view state = field(r, PG_DIAG_SQLSTATE);
        std::string text = one_line(PQresultErrorMessage(&r));
        if (meaning_of(field(r, PG_DIAG_SEVERITY_NONLOCALIZED), state) == error_meaning::unknown) {
            outcome = unknown{std::move(text)};
        } else {
            outcome = refused{.sqlstate = std::string(state), .text = std::move(text)};
        }
    } else {
        drop("the statement does not give rows but " + std::string(PQresStatus(status)) + ", which is no call");
    }
}

std::string pg_connection::message() const { return one_line(PQerrorMessage(connection_.get())); }

}  // namespace mayhem::fleet
