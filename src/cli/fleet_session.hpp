#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "daemon/exit_status.hpp"
#include "fleet/link_settings.hpp"
#include "fleet/sql/migration_run.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::cli {

/// Why a command of `mayhem fleet` ends before its time: what is wrong, and what to do.
class fleet_trouble : public std::runtime_error {
public:
    fleet_trouble(app::exit_status s, const std::string& text) : std::runtime_error(text), status(s) {}
    app::exit_status status;
};

/// What a command has to say in the end, for a person and for a program.
struct fleet_answer {
    std::string text;
    nlohmann::json json;
    int status = 0;
};

/// A connection to a fleet's database for the length of a command. Whatever is asked either happened or throws
/// `fleet_trouble`; of one that may have happened, that says so.
class fleet_talk {
public:
    using row = std::vector<std::optional<std::string>>;
    using parameters = std::vector<std::optional<std::string>>;

    virtual ~fleet_talk() = default;

    virtual async::awaitable<std::vector<row>> ask(std::string sql, parameters p) = 0;
    async::awaitable<std::vector<row>> ask(std::string sql) { return ask(std::move(sql), parameters{}); }

    /// The first value of the first row; nothing: there is none, or NULL.
    async::awaitable<std::optional<std::string>> value(std::string sql, parameters p);

    async::awaitable<void> migrate(fleet::migration_run& run);

    /// Whether a notification that somebody else sends arrives here within a second.
    virtual async::awaitable<bool> hears_notifications() = 0;

    /// "db1.example:5432"
    [[nodiscard]] virtual std::string peer() const = 0;
};

using fleet_work = std::function<async::awaitable<fleet_answer>(fleet_talk&)>;

/// Whether something may be changed. Of what only reads nobody has to know whether it happened, and it waits less long.
enum class fleet_purpose { changes, reads };

/// Connects, does the work, and ends. Throws what the work throws.
fleet_answer talk_to_fleet(const fleet::link_settings& s, const fleet_work& work,
                           fleet_purpose p = fleet_purpose::changes);

/// A new password as PostgreSQL keeps it.
std::string encrypted_password(std::string_view password);

}  // namespace mayhem::cli
