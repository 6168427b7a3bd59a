#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "cli/fleet_commands.hpp"
#include "fleet/sql/migrations.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::cli {

namespace {

constexpr double clock_offset_max_s = 1;

enum class grade { good, bad, untold };

/// What was looked at, line by line.
class findings {
public:
    void add(const char* what, grade g, std::string text) {
        constexpr std::array marks{"ok  ", "FAIL", "?   "};
        constexpr std::array names{"ok", "fail", "unknown"};
        const auto index = static_cast<std::size_t>(g);
        text_ += fmt::format("{} {:<12} {}\n", marks[index], what, text);
        json_.push_back({{"check", what}, {"result", names[index]}, {"text", text}});
        is_bad_ = is_bad_ || g == grade::bad;
    }

    [[nodiscard]] fleet_answer take() {
        return {.text = std::move(text_), .json = std::move(json_), .status = is_bad_ ? 1 : 0};
    }

private:
    std::string text_;
    nlohmann::json json_ = nlohmann::json::array();
    bool is_bad_ = false;
};

double number_in(const std::optional<std::string>& text) {
    double number = 0;
    if (text) {
        (void)std::from_chars(text->data(), text->data() + text->size(), number);
    }
    return number;
}

/// The tables are not there for a daemon to read, so it asks the function that is.
async::awaitable<bool> check_schema(fleet_talk& talk, findings& found) {
    const async::frame here;
    const std::optional<std::string> there = co_await talk.value("SELECT to_regnamespace('mayhem')", {});
    int version = 0;
    int reads_from = 0;
    std::string trouble;
    if (there) {
        try {
            const std::vector<fleet_talk::row> rows = co_await talk.ask("SELECT * FROM mayhem.schema()");
            version = static_cast<int>(number_in(rows.front()[0]));
            reads_from = static_cast<int>(number_in(rows.front()[1]));
        } catch (const fleet_trouble& e) {
            trouble = e.what();
        }
    }
    const fleet::schema_standing s = fleet::standing_of(version, reads_from);
    const bool is_good = s == fleet::schema_standing::current || s == fleet::schema_standing::newer;
    found.add("schema", is_good ? grade::good : grade::bad,
              trouble.empty() ? fleet::describe(s, version) : "cannot be asked for: " + trouble);
    co_return is_good;
}

/// By trying: what a daemon's role may not do must be refused, whatever the catalogue says.
async::awaitable<void> check_rights(fleet_talk& talk, findings& found) {
    const async::frame here;
    const std::optional<std::string> is_daemon = co_await talk.value(
        "SELECT pg_has_role('mayhem_daemon', 'MEMBER') AND NOT pg_has_role('mayhem_operator', 'MEMBER')", {});
    if (is_daemon.value_or("f") != "t") {
        found.add("rights", grade::untold, "this is no daemon's role: check with the user that a host has");
        co_return;
    }
    std::string trouble;
    try {
        (void)co_await talk.ask("SELECT * FROM mayhem.poll('')");
    } catch (const fleet_trouble& e) {
        trouble = e.what();
    }
    bool reads_tables = true;
    try {
        (void)co_await talk.ask("SELECT 1 FROM mayhem.acts LIMIT 1");
    } catch (const fleet_trouble&) {
        reads_tables = false;
    }
    if (!trouble.empty()) {
        found.add("rights", grade::bad, trouble);
    } else if (reads_tables) {
        found.add("rights", grade::bad,
                  "this role reads tables, which no daemon needs: is it a member of another role?");
    } else {
        found.add("rights", grade::good, "calls functions, and reads no table");
    }
}

async::awaitable<void> check_durability(fleet_talk& talk, findings& found, bool demands_standby) {
    const async::frame here;
    const std::vector<fleet_talk::row> rows = co_await talk.ask(
        "SELECT current_setting('fsync'), current_setting('synchronous_commit'), "
        "current_setting('synchronous_standby_names'), "
        "(SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')), "
        "pg_has_role('pg_monitor', 'USAGE')");
    const fleet_talk::row& row = rows.front();
    const bool syncs = row[0].value_or("") == "on";
    found.add("fsync", syncs ? grade::good : grade::bad,
              syncs ? "on" : "off: what was acknowledged is lost with the power, and a moment may be decided twice");
    const std::string commit = row[1].value_or("");
    const bool is_durable = commit != "off" && (!demands_standby || commit != "local");
    found.add("commit", is_durable ? grade::good : grade::bad, "synchronous_commit is " + commit);
    const std::string names = row[2].value_or("");
    if (!names.empty()) {
        found.add("standby", grade::good, "synchronous_standby_names is " + names);
    } else if (demands_standby) {
        found.add("standby", grade::bad,
                  "synchronous_standby_names is empty, and several database hosts are configured: what was "
                  "acknowledged is lost when another one takes over. Name the standbys there");
    }
    if (!demands_standby && names.empty()) {
        co_return;
    }
    if (row[4].value_or("f") != "t") {
        found.add("replication", grade::untold, "this role is no member of pg_monitor, and does not see it");
    } else {
        const bool has_standby = number_in(row[3]) > 0;
        found.add("replication", has_standby ? grade::good : grade::bad,
                  has_standby ? row[3].value_or("") + " synchronous standby"
                              : "no synchronous standby is connected: every call will wait");
    }
}

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The database's clock, between the sending and the answer: what is left is at most the way there and back.
async::awaitable<void> check_clock(fleet_talk& talk, findings& found) {
    const async::frame here;
    const double sent = seconds_now();
    const std::optional<std::string> there = co_await talk.value("SELECT extract(epoch FROM clock_timestamp())", {});
    const double answered = seconds_now();
    const double offset = (sent + answered) / 2 - number_in(there);
    const double doubt = (answered - sent) / 2;
    const bool is_good = std::abs(offset) - doubt <= clock_offset_max_s;
    found.add("clock", is_good ? grade::good : grade::bad,
              fmt::format("this host is {:.0f} ms {} the database (give or take {:.0f} ms){}", std::abs(offset) * 1000,
                          offset < 0 ? "behind" : "ahead of", doubt * 1000, is_good ? "" : ", at most 1 s is allowed"));
}

}  // namespace

async::awaitable<fleet_answer> check_fleet(fleet_talk& talk, bool demands_standby) {
    const async::frame here;
    findings found;
    const std::vector<fleet_talk::row> who =
        co_await talk.ask("SELECT session_user, current_setting('server_version')");
    found.add("connection", grade::good,
              fmt::format("{}, PostgreSQL {}, as {}", talk.peer(), who.front()[1].value_or("?"),
                          who.front()[0].value_or("?")));
    const bool has_schema = co_await check_schema(talk, found);
    if (has_schema) {
        co_await check_rights(talk, found);
    }
    co_await check_durability(talk, found, demands_standby);
    co_await check_clock(talk, found);
    const bool hears = co_await talk.hears_notifications();
    found.add(
        "listen", hears ? grade::good : grade::untold,
        hears ? "notifications arrive" : "no notification arrived within 1 s, as behind a pooler: hosts will poll");
    co_return found.take();
}

}  // namespace mayhem::cli
