#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>

#include "fleet/sql/migrations.hpp"

namespace mayhem::fleet {

/// Brings a database up to date, statement by statement: this says what is to be run next on one connection, and
/// whoever owns that runs it. Two at once are safe: each version is a transaction of its own that begins with an
/// advisory lock, and looks at the version that stands there only behind it. A statement that fails ends the run; what
/// its transaction had done is gone with the connection, and the versions before it stay.
class migration_run {
public:
    enum class roles { leave, make };

    /// `make`: the roles and the schema come first, for a database in which there is no fleet yet.
    explicit migration_run(roles r, std::span<const migration> all = migrations());

    /// The next statement; nothing: it is done. What it answered (its first value; nothing: none, or NULL) is told
    /// before the next is asked for.
    [[nodiscard]] std::optional<std::string> next();
    void answered(const std::optional<std::string>& value);

    /// What stood there and what stands there now, as far as it has come; 0: nothing.
    [[nodiscard]] int found() const noexcept { return found_; }
    [[nodiscard]] int reached() const noexcept { return reached_; }

private:
    enum class question { none, is_there, version };

    void begin();
    void judge(int version);

    std::span<const migration> all_;
    std::deque<std::string> statements_;
    question asked_ = question::none;  ///< by the last of `statements_`
    bool is_first_ = true;
    int found_ = 0;
    int reached_ = 0;
};

}  // namespace mayhem::fleet
