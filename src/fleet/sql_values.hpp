#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/call_outcome.hpp"
#include "fleet/ledger.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::fleet {

/// How values go to PostgreSQL and come back, as text. A moment and a length travel as whole microseconds, so that
/// neither a zone nor a format of the session can touch them.

/// What is in the database's answer, and cannot be: it is of another version, or somebody has changed it by hand.
struct unreadable_answer : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string microseconds_text(core::wall_time t);
[[nodiscard]] std::string microseconds_text(core::duration d);

/// An array literal: {"a","b"}; quoted, whatever is in it.
[[nodiscard]] std::string array_text(std::span<const std::string> values);
[[nodiscard]] std::string array_text(std::span<const core::uuid> values);

/// SQL that makes a moment, or a length, of a parameter ("$3") that `microseconds_text` wrote.
[[nodiscard]] std::string moment_of(std::string_view parameter);
[[nodiscard]] std::string length_of(std::string_view parameter);

/// SQL that makes microseconds of a moment or a length.
[[nodiscard]] std::string in_microseconds(std::string_view column);

/// One row of an answer, read from the left to the right. Each throws `unreadable_answer`. Outlived by the row.
class row_reader {
public:
    explicit row_reader(std::span<const std::optional<std::string>> row) noexcept : rest_(row) {}

    [[nodiscard]] std::optional<std::string> text_or_null();
    [[nodiscard]] std::string text();
    [[nodiscard]] bool truth();
    [[nodiscard]] std::uint64_t count();
    [[nodiscard]] std::optional<std::uint64_t> count_or_null();
    [[nodiscard]] core::wall_time moment();
    [[nodiscard]] core::uuid id();

    /// Of an array that is joined by commas.
    [[nodiscard]] std::vector<core::uuid> ids();

private:
    std::span<const std::optional<std::string>> rest_;
};

/// An answer as `read` has it from its rows, all of them; `unknown` where it cannot be read, since whatever it was, it
/// has happened.
template <typename T, std::invocable<const rows&> Read>
    requires std::convertible_to<std::invoke_result_t<Read, const rows&>, T>
[[nodiscard]] reply<T> read_reply(call_outcome outcome, Read read) {
    if (const rows* const found = std::get_if<rows>(&outcome)) {
        try {
            return reply<T>(std::in_place_index<0>, std::invoke(read, *found));
        } catch (const unreadable_answer& e) {
            return unknown{e.what()};
        }
    }
    if (refused* const no = std::get_if<refused>(&outcome)) {
        return std::move(*no);
    }
    if (unknown* const lost = std::get_if<unknown>(&outcome)) {
        return std::move(*lost);
    }
    return std::move(std::get<not_sent>(outcome));
}

/// The same of an answer that has one row.
template <typename T, std::invocable<row_reader> Read>
[[nodiscard]] reply<T> read_row(call_outcome outcome, Read read) {
    return read_reply<T>(std::move(outcome), [&read](const rows& r) -> T {
        if (r.values.size() != 1) {
            throw unreadable_answer("one row was expected, and " + std::to_string(r.values.size()) + " came");
        }
        return std::invoke(read, row_reader(r.values.front()));
    });
}

}  // namespace mayhem::fleet
