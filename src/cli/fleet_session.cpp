#include "cli/fleet_session.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "fleet/endpoint.hpp"
#include "fleet/libpq_environment.hpp"
#include "fleet/pg_connection.hpp"
#include "fleet/pg_connector.hpp"
#include "fleet/scram_verifier.hpp"
#include "fleet/system_lookup.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/random.hpp"

namespace mayhem::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto answer_limit = 60s;  // a migration waits for another one
constexpr auto reading_limit = 20s;
constexpr auto proof_limit = 1s;

std::string first_words(const std::string& sql) { return sql.substr(0, std::min<std::size_t>(sql.find('('), 60)); }

/// What the database says begins with its severity, and ours with who we are.
std::string without_prefix(std::string text) {
    for (const std::string_view prefix : {"ERROR:", "FATAL:", " ", "mayhem: "}) {
        while (text.starts_with(prefix)) {
            text.erase(0, prefix.size());
        }
    }
    return text.substr(0, text.find(" CONTEXT:"));
}

std::vector<fleet_talk::row> rows_of(fleet::call_outcome outcome, const std::string& sql, fleet_purpose purpose) {
    if (fleet::rows* const happened = std::get_if<fleet::rows>(&outcome)) {
        return std::move(happened->values);
    }
    if (const auto* const no = std::get_if<fleet::refused>(&outcome)) {
        throw fleet_trouble(app::exit_status::store, without_prefix(no->text));
    }
    const auto* const unclear = std::get_if<fleet::unknown>(&outcome);
    if (unclear != nullptr && purpose == fleet_purpose::reads) {
        throw fleet_trouble(app::exit_status::unavailable, "the fleet's database does not answer: " + unclear->why);
    }
    if (unclear != nullptr) {
        throw fleet_trouble(app::exit_status::store, "nobody knows whether this was done: " + first_words(sql) + " (" +
                                                         unclear->why + "); look, and run the command again");
    }
    if (purpose == fleet_purpose::reads) {
        throw fleet_trouble(app::exit_status::unavailable,
                            "the fleet's database does not answer: " + std::get<fleet::not_sent>(outcome).why);
    }
    throw fleet_trouble(app::exit_status::unavailable,
                        "not asked: " + first_words(sql) + " (" + std::get<fleet::not_sent>(outcome).why + ')');
}

class real_talk final : public fleet_talk {
public:
    real_talk(async::loop& l, fleet::link_settings s, fleet_purpose p)
        : loop_(l), purpose_(p), names_(l), connector_(l, std::move(s), names_), connection_(l), other_(l) {}

    async::awaitable<void> begin(async::task_group& tasks) {
        const async::frame here;
        tasks_ = &tasks;
        co_await connect(connection_);
    }

    void end() noexcept {
        connection_.drop("the command is over");
        other_.drop("the command is over");
    }

    async::awaitable<std::vector<row>> ask(std::string sql, parameters p) override {
        return ask_at(connection_, std::move(sql), std::move(p));
    }

    async::awaitable<bool> hears_notifications() override {
        const async::frame here;
        async::event heard;
        connection_.on_notification([&heard](std::string_view, std::string_view) { heard.set(); });
        (void)co_await ask_at(connection_, "LISTEN mayhem_check", {});
        co_await connect(other_);
        (void)co_await ask_at(other_, "SELECT pg_notify('mayhem_check', '')", {});
        const auto has_heard = co_await async::with_timeout(heard.wait(), proof_limit);
        connection_.on_notification([](std::string_view, std::string_view) {});
        co_return has_heard.has_value();
    }

    [[nodiscard]] std::string peer() const override { return describe(connector_.current()); }

private:
    async::awaitable<void> connect(fleet::pg_connection& to) {
        const async::frame here;
        const bool is_connected = co_await connector_.connect(to);
        if (!is_connected) {
            throw fleet_trouble(app::exit_status::unavailable, connector_.trouble());
        }
        tasks_->spawn("follow", to.follow());
    }

    async::awaitable<std::vector<row>> ask_at(fleet::pg_connection& at, std::string sql, parameters p) {
        const async::frame here;
        fleet::call_outcome outcome =
            co_await at.ask({.name = "command", .sql = sql, .parameters = std::move(p)}, loop_.now() + limit());
        co_return rows_of(std::move(outcome), sql, purpose_);
    }

    [[nodiscard]] std::chrono::nanoseconds limit() const noexcept {
        return purpose_ == fleet_purpose::reads ? reading_limit : answer_limit;
    }

    async::loop& loop_;
    fleet_purpose purpose_;
    fleet::system_lookup names_;
    fleet::pg_connector connector_;
    fleet::pg_connection connection_;
    fleet::pg_connection other_;
    async::task_group* tasks_ = nullptr;
};

async::awaitable<void> hold(real_talk& talk, async::task_group& tasks, const fleet_work& work, fleet_answer& answer) {
    const async::frame here;
    co_await talk.begin(tasks);
    fleet_answer made = co_await work(talk);
    answer = std::move(made);
    talk.end();
}

}  // namespace

async::awaitable<std::optional<std::string>> fleet_talk::value(std::string sql, parameters p) {
    const async::frame here;
    const std::vector<row> rows = co_await ask(std::move(sql), std::move(p));
    co_return rows.empty() || rows.front().empty() ? std::nullopt : rows.front().front();
}

async::awaitable<void> fleet_talk::migrate(fleet::migration_run& run) {
    const async::frame here;
    while (std::optional<std::string> statement = run.next()) {
        const std::optional<std::string> answer = co_await value(*std::move(statement), {});
        run.answered(answer);
    }
}

fleet_answer talk_to_fleet(const fleet::link_settings& s, const fleet_work& work, fleet_purpose p) {
    fleet::forget_environment();
    async::real_clock clock;
    async::loop loop(clock);
    real_talk talk(loop, s, p);
    fleet_answer answer;
    std::exception_ptr failure;
    async::task_group tasks(loop, "fleet", [&](const async::task_failure& f) {
        failure = failure ? failure : f.error;
        talk.end();
    });
    tasks.spawn("talk", hold(talk, tasks, work, answer));
    loop.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return answer;
}

std::string encrypted_password(std::string_view password) {
    core::random_source random(core::random_source::system_seed());
    fleet::scram_salt salt{};
    for (std::uint8_t& byte : salt) {
        byte = static_cast<std::uint8_t>(random.below(256));
    }
    return fleet::scram_verifier(password, salt);
}

}  // namespace mayhem::cli
