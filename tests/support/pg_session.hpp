#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

struct pg_conn;

namespace mayhem::testing {

/// What a database said no with; without SQLSTATE, the connection is gone.
struct pg_error : std::runtime_error {
    pg_error(std::string state, const std::string& text) : std::runtime_error(text), sqlstate(std::move(state)) {}
    std::string sqlstate;
};

/// A connection that waits for each answer. One thread at a time.
class pg_session {
public:
    using parameter = std::optional<std::string>;
    using table = std::vector<std::vector<parameter>>;

    /// As for libpq. Throws if nobody answers.
    explicit pg_session(const std::string& address);

    /// One statement with $1, $2, ...; several at once if there are no parameters. Throws `pg_error`.
    table ask(const std::string& sql, const std::vector<parameter>& parameters = {});

    /// Its first row, "granted||7": a NULL is empty. Empty if there is none.
    std::string line(const std::string& sql, const std::vector<parameter>& parameters = {});

    /// The SQLSTATE that it is refused with; empty if it is not.
    std::string refusal(const std::string& sql, const std::vector<parameter>& parameters = {});

private:
    struct closer {
        void operator()(pg_conn* c) const noexcept;
    };
    std::unique_ptr<pg_conn, closer> connection_;
};

}  // namespace mayhem::testing
