#include "cli/fleet_commands.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/table.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::cli {

std::string who_asks() {
    std::array<char, 256> host{};
    (void)::gethostname(host.data(), host.size() - 1);
    return login_name() + '@' + host.data();
}

namespace {

fleet_answer outcome_of(const fleet::migration_run& run) {
    const auto standing = fleet::standing_of(run.reached(), 0);
    std::string text = run.found() == run.reached()
                           ? fmt::format("Nothing to do: {}\n", fleet::describe(standing, run.reached()))
                           : fmt::format("The fleet's database is at schema version {} now (was {})\n", run.reached(),
                                         run.found() == 0 ? "empty" : std::to_string(run.found()));
    return {.text = std::move(text), .json = {{"found", run.found()}, {"schema_version", run.reached()}}};
}

async::awaitable<int> version_of(fleet_talk& talk) {
    const async::frame here;
    const std::optional<std::string> there = co_await talk.value("SELECT to_regclass('mayhem.meta')", {});
    if (!there) {
        co_return 0;
    }
    const std::optional<std::string> version =
        co_await talk.value("SELECT value FROM mayhem.meta WHERE key = 'schema_version'", {});
    co_return std::stoi(version.value_or("0"));
}

constexpr const char* settings_of_a_daemon[] = {"statement_timeout = '900ms'", "lock_timeout = '400ms'",
                                                "idle_in_transaction_session_timeout = '1s'",
                                                "default_transaction_isolation = 'read committed'"};

}  // namespace

async::awaitable<fleet_answer> init_fleet(fleet_talk& talk) {
    const async::frame here;
    fleet::migration_run run(fleet::migration_run::roles::make);
    co_await talk.migrate(run);
    co_return outcome_of(run);
}

async::awaitable<fleet_answer> migrate_fleet(fleet_talk& talk) {
    const async::frame here;
    const int found = co_await version_of(talk);
    if (found == 0) {
        throw fleet_trouble(app::exit_status::store, fleet::describe(fleet::schema_standing::absent, 0));
    }
    fleet::migration_run run(fleet::migration_run::roles::leave);
    co_await talk.migrate(run);
    co_return outcome_of(run);
}

async::awaitable<fleet_answer> print_migration(fleet_talk& talk) {
    const async::frame here;
    const int found = co_await version_of(talk);
    std::string script = fleet::migration_script(found);
    fleet_answer answer{.text = script, .json = {{"found", found}, {"sql", script}}};
    co_return answer;
}

async::awaitable<fleet_answer> add_fleet_host(fleet_talk& talk, std::string host) {
    const async::frame here;
    const std::string role = "mayhem_" + host;
    const std::optional<std::string> password =
        co_await talk.value("SELECT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')", {});
    (void)co_await talk.ask("BEGIN");
    (void)co_await talk.ask(fmt::format("CREATE ROLE \"{}\" LOGIN PASSWORD '{}' IN ROLE mayhem_daemon", role,
                                        encrypted_password(password.value_or(""))));
    for (const char* const setting : settings_of_a_daemon) {
        (void)co_await talk.ask(fmt::format("ALTER ROLE \"{}\" SET {}", role, setting));
    }
    (void)co_await talk.ask("SELECT mayhem.add_host($1, $2, $3)", {host, role, who_asks()});
    (void)co_await talk.ask("COMMIT");
    fleet_answer answer{
        .text = fmt::format("Host {} may take part, as role {}. Its password, which is shown this once:\n"
                            "{}\nWrite it into the file that password_file of [fleet] names on {}, with "
                            "mode 0600.\n",
                            host, role, *password, host),
        .json = {{"host", host}, {"role", role}, {"password", *password}}};
    co_return answer;
}

async::awaitable<fleet_answer> forget_fleet_host(fleet_talk& talk, std::string host) {
    const async::frame here;
    const std::optional<std::string> role = co_await talk.value("SELECT mayhem.forget($1, $2)", {host, who_asks()});
    const std::optional<std::string> quoted = co_await talk.value("SELECT quote_ident($1)", {role});
    std::string trouble;
    try {
        (void)co_await talk.ask("DROP ROLE " + *quoted);
    } catch (const fleet_trouble& e) {
        trouble = e.what();
    }
    std::string text = fmt::format("Host {} takes no part any more", host);
    text += trouble.empty()
                ? fmt::format(", and role {} is gone\n", *role)
                : fmt::format(". Its role {} is still there ({}): drop it as one who may\n", *role, trouble);
    co_return fleet_answer{.text = std::move(text),
                           .json = {{"host", host}, {"role", *role}, {"dropped", trouble.empty()}}};
}

async::awaitable<fleet_answer> accept_fleet_loss(fleet_talk& talk, std::string group) {
    const async::frame here;
    const std::optional<std::string> version =
        co_await talk.value("SELECT mayhem.accept_loss($1, $2)", {group, who_asks()});
    fleet_answer answer{
        .text = fmt::format("Group {} goes on from what is there, at version {}. No moment up to now is "
                            "decided any more\n",
                            group, *version),
        .json = {{"group", group}, {"version", std::stoll(*version)}}};
    co_return answer;
}

async::awaitable<fleet_answer> adopt_fleet_plan(fleet_talk& talk, std::string group, std::string plan,
                                                std::string terms) {
    const async::frame here;
    const std::vector<fleet_talk::row> rows =
        co_await talk.ask("SELECT answer, version FROM mayhem.adopt($1, $2, $3, $4)", {group, plan, terms, who_asks()});
    const std::string was = rows.front()[0].value_or("");
    const std::string version = rows.front()[1].value_or("0");
    const char* const text = was == "made"    ? "Group {} is made, with plan {}\n"
                             : was == "moved" ? "Group {} follows plan {} now\n"
                                              : "Group {} follows plan {} already\n";
    co_return fleet_answer{
        .text = fmt::format(fmt::runtime(text), group, plan),
        .json = {{"group", group}, {"plan", plan}, {"answer", was}, {"version", std::stoll(version)}}};
}

async::awaitable<fleet_answer> show_fleet_log(fleet_talk& talk, std::string group, std::size_t limit) {
    const async::frame here;
    const std::vector<fleet_talk::row> rows = co_await talk.ask(
        "SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), version, what, who, message, "
        "detail FROM (SELECT * FROM mayhem.journal WHERE group_name = $1 ORDER BY id DESC LIMIT $2::int) AS newest "
        "ORDER BY id",
        {group, std::to_string(limit)});
    table lines({{.title = "AT"},
                 {.title = "VERSION", .align = column::side::right},
                 {.title = "WHAT"},
                 {.title = "WHO"},
                 {.title = "DETAIL", .width_max = 120}});
    nlohmann::json all = nlohmann::json::array();
    for (const fleet_talk::row& row : rows) {
        lines.add_row(
            {row[0].value_or(""), row[1].value_or(""), row[2].value_or(""), row[3].value_or(""), row[5].value_or("")});
        all.push_back({{"at", row[0].value_or("")},
                       {"version", row[1] ? nlohmann::json(std::stoll(*row[1])) : nlohmann::json()},
                       {"what", row[2].value_or("")},
                       {"who", row[3].value_or("")},
                       {"message", row[4] ? nlohmann::json(*row[4]) : nlohmann::json()},
                       {"detail", nlohmann::json::parse(row[5].value_or("{}"))}});
    }
    fleet_answer answer{
        .text = lines.empty() ? fmt::format("Nothing was decided in group {}\n", group) : lines.to_text(),
        .json = std::move(all)};
    co_return answer;
}

}  // namespace mayhem::cli
