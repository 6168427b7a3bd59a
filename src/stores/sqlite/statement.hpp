#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::stores {

/// A prepared statement that is ready for its next use however its last one ended. Binds our own types: times and
/// durations as microseconds, an absent optional as NULL. Must be destroyed before its connection; throws
/// `SQLite::Exception`.
class statement {
public:
    statement(SQLite::Database& database, const std::string& sql) : prepared_(database, sql) {}

    /// Runs it to its end.
    template <typename... Values>
    void run(const Values&... values) {
        const use now(*this, values...);
        prepared_.exec();
    }

    /// The same for what takes no values and whose failure means that there was nothing to do.
    void try_run() noexcept {
        (void)prepared_.tryExecuteStep();
        (void)prepared_.tryReset();
    }

    /// The first column of the first row, if there is a row.
    template <typename... Values>
    std::optional<std::int64_t> number(const Values&... values) {
        const use now(*this, values...);
        return prepared_.executeStep() ? std::optional(prepared_.getColumn(0).getInt64()) : std::nullopt;
    }

    /// Calls `on_row` for each row, while which `text`, `time` and so on read its columns, counted from 0.
    template <typename OnRow, typename... Values>
    void rows(OnRow&& on_row, const Values&... values) {
        const use now(*this, values...);
        while (prepared_.executeStep()) {
            on_row(*this);
        }
    }

    [[nodiscard]] bool is_null(int column) const { return prepared_.isColumnNull(column); }
    [[nodiscard]] std::int64_t integer(int column) const { return prepared_.getColumn(column).getInt64(); }
    [[nodiscard]] std::string text(int column) const { return prepared_.getColumn(column).getString(); }
    [[nodiscard]] core::wall_time time(int column) const { return core::wall_time{core::duration{integer(column)}}; }
    [[nodiscard]] std::optional<core::wall_time> optional_time(int column) const {
        return is_null(column) ? std::nullopt : std::optional(time(column));
    }
    [[nodiscard]] std::optional<core::duration> optional_duration(int column) const {
        return is_null(column) ? std::nullopt : std::optional(core::duration{integer(column)});
    }

    void bind(int index, std::int64_t value) { prepared_.bind(index, value); }
    void bind(int index, int value) { prepared_.bind(index, value); }
    void bind(int index, const std::string& value) { prepared_.bindNoCopy(index, value); }
    void bind(int index, std::string_view value) { prepared_.bind(index, std::string(value)); }
    void bind(int index, const core::uuid& value) { prepared_.bind(index, value.to_string()); }
    void bind(int index, core::duration value) { bind(index, std::int64_t{value.count()}); }
    void bind(int index, core::wall_time value) { bind(index, value.time_since_epoch()); }
    void bind(int index, std::nullopt_t) { prepared_.bind(index); }
    template <typename Value>
    void bind(int index, const std::optional<Value>& value) {
        if (value) {
            bind(index, *value);
        } else {
            bind(index, std::nullopt);
        }
    }

private:
    /// From binding to reset. `tryReset`, because a reset repeats the error of the step before it.
    class use {
    public:
        template <typename... Values>
        explicit use(statement& s, const Values&... values) : statement_(s) {
            int index = 0;
            (s.bind(++index, values), ...);
        }
        ~use() { (void)statement_.prepared_.tryReset(); }
        use(const use&) = delete;
        use& operator=(const use&) = delete;

    private:
        statement& statement_;
    };

    SQLite::Statement prepared_;
};

}  // namespace mayhem::stores
