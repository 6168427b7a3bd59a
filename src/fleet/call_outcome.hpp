#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mayhem::fleet {

/// One statement, which is one transaction: so no lock outlives a round trip, and a pooler may stand between.
struct statement {
    static constexpr std::size_t bytes_max = 64 * 1024;  ///< more would hold the loop while it is sent

    std::string name;  ///< "claim": by which it is counted
    std::string sql;   ///< $1, $2, ...
    std::vector<std::optional<std::string>> parameters = {};
};

/// Why it cannot be sent; empty if it can.
[[nodiscard]] std::string trouble_in(const statement& s);

/// It was carried out, and that lasts.
struct rows {
    static constexpr std::size_t count_max = 100'000;  ///< an answer with more costs the connection

    std::vector<std::vector<std::optional<std::string>>> values = {};
    std::chrono::nanoseconds sent{};  ///< when it went out, on the clock that goes on in a suspend
};

/// The database said no, and has changed nothing.
struct refused {
    std::string sqlstate;
    std::string text;
};

/// Nobody knows whether it was carried out.
struct unknown {
    std::string why;
};

/// It did not leave this process, so nothing has happened.
struct not_sent {
    std::string why;
};

using call_outcome = std::variant<rows, refused, unknown, not_sent>;

/// What an error of the database says about the transaction.
enum class error_meaning {
    refused,  ///< rolled back, and would be again
    again,    ///< rolled back because of others: 40001, 40P01, 55P03
    unknown,  ///< 57014, 57P0x, 08xxx, 40003, none at all, or one that ended the session
};

/// Of an error's fields: its severity (never translated) and SQLSTATE, empty where there is none. A cancelled statement
/// (57014) is unknown because a wait for the standby may be cancelled after the local commit.
[[nodiscard]] error_meaning meaning_of(std::string_view severity, std::string_view sqlstate) noexcept;

/// libpq's messages have several lines; ours have one.
[[nodiscard]] std::string one_line(std::string_view message);

}  // namespace mayhem::fleet
