#include "support/pg_session.hpp"

#include <libpq-fe.h>

namespace mayhem::testing {

namespace {

struct result_closer {
    void operator()(PGresult* r) const noexcept { ::PQclear(r); }
};

void be_silent(void*, const PGresult*) {}

pg_session::table read(const PGresult* result) {
    pg_session::table rows(static_cast<std::size_t>(::PQntuples(result)));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (int column = 0; column < ::PQnfields(result); ++column) {
            const bool is_null = ::PQgetisnull(result, static_cast<int>(row), column) != 0;
            rows[row].push_back(is_null ? std::nullopt
                                        : pg_session::parameter(::PQgetvalue(result, static_cast<int>(row), column)));
        }
    }
    return rows;
}

}  // namespace

void pg_session::closer::operator()(pg_conn* c) const noexcept { ::PQfinish(c); }

pg_session::pg_session(const std::string& address) : connection_(::PQconnectdb(address.c_str())) {
    if (::PQstatus(connection_.get()) != CONNECTION_OK) {
        throw pg_error("", ::PQerrorMessage(connection_.get()));
    }
    ::PQsetNoticeReceiver(connection_.get(), be_silent, nullptr);
}

pg_session::table pg_session::ask(const std::string& sql, const std::vector<parameter>& parameters) {
    std::vector<const char*> values;
    for (const parameter& p : parameters) {
        values.push_back(p ? p->c_str() : nullptr);
    }
    const std::unique_ptr<PGresult, result_closer> result(
        parameters.empty() ? ::PQexec(connection_.get(), sql.c_str())
                           : ::PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                            values.data(), nullptr, nullptr, 0));
    const ExecStatusType status = ::PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        const char* const state = ::PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
        throw pg_error(state == nullptr ? "" : state, ::PQerrorMessage(connection_.get()));
    }
    return read(result.get());
}

std::string pg_session::line(const std::string& sql, const std::vector<parameter>& parameters) {
    const table rows = ask(sql, parameters);
    std::string text;
    if (!rows.empty()) {
        for (std::size_t column = 0; column < rows.front().size(); ++column) {
            text.append(column == 0 ? "" : "|").append(rows.front()[column].value_or(""));
        }
    }
    return text;
}

std::string pg_session::refusal(const std::string& sql, const std::vector<parameter>& parameters) {
    try {
        (void)ask(sql, parameters);
        return {};
    } catch (const pg_error& e) {
        return e.sqlstate.empty() ? e.what() : e.sqlstate;
    }
}

}  // namespace mayhem::testing
