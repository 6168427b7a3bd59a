#include "integration/fleet/sql/fleet_bed.hpp"

#include <fmt/format.h>

#include "fleet/sql/migration_run.hpp"

namespace mayhem::testing {

namespace {

/// A fleet that nobody uses, of which the others are copies. Made at the first call.
const std::string& fleet_template() {
    static const std::string name = [] {
        static const own_database made;
        pg_session owner(made.address("postgres"));
        migrate(owner);
        return made.name();
    }();
    return name;
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

void migrate(pg_session& as) {
    fleet::migration_run run(fleet::migration_run::roles::make);
    while (const std::optional<std::string> statement = run.next()) {
        const pg_session::table answer = as.ask(*statement);
        run.answered(answer.empty() || answer.front().empty() ? std::nullopt : answer.front().front());
    }
}

test::postgres_bed& shared_server() {
    static test::postgres_bed server({"autovacuum = off", "timezone = UTC"});
    return server;
}

std::string address_of(const std::string& user, const std::string& database) {
    return "host=" + shared_server().folder().string() + " port=" + shared_server().port() + " user=" + user +
           " dbname=" + database + " sslmode=disable gssencmode=disable connect_timeout=10";
}

own_database::own_database(const std::string& source) {
    static int number = 0;
    name_ = "fleet_" + std::to_string(++number);
    pg_session(address_of("postgres")).ask("CREATE DATABASE " + name_ + (source.empty() ? "" : " TEMPLATE " + source));
}

own_database::~own_database() {
    try {
        pg_session(address_of("postgres")).ask("DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const pg_error&) {
        // it goes with the server
    }
}

void make_login(const std::string& role, const std::string& member_of) {
    pg_session admin(address_of("postgres"));
    if (admin.line("SELECT 1 FROM pg_roles WHERE rolname = $1", {role}).empty()) {
        admin.ask("CREATE ROLE " + role + " LOGIN" + (member_of.empty() ? "" : " IN ROLE " + member_of));
    }
}

fleet_bed::fleet_bed(int hosts) : database_(fleet_template()), owner(address("postgres")) {
    migrate(owner);  // who may connect is no part of a copy
    for (int number = 1; number <= hosts; ++number) {
        const std::string host = "h" + std::to_string(number);
        add_host(host);
        pg_session& its = hosts_.emplace(host, pg_session(address(host))).first->second;
        its.ask("SELECT mayhem.hello($1, $2, 1, $2, $1, '1')", {host, life_of(host)});
    }
}

fleet_bed::fleet_bed(silent_t) : database_(fleet_template()), owner(address("postgres")) {
    migrate(owner);
    add_host("h1");
    add_host("h2");
}

void fleet_bed::add_host(const std::string& host) {
    make_login(host);
    owner.ask("SELECT mayhem.add_host($1, $1, 'test')", {host});
}

std::string fleet_bed::uuid(int number) { return fmt::format("00000000-0000-0000-0000-{:012}", number); }

std::string fleet_bed::life_of(std::string_view host) { return uuid(1000 + std::stoi(std::string(host.substr(1)))); }

void fleet_bed::adopt(const std::string& terms) {
    owner.ask("SELECT mayhem.adopt('web', $1, '{\"tolerance\": \"1 h\"}'::jsonb || $2::jsonb, 'test')", {plan, terms});
    owner.ask("UPDATE mayhem.groups SET last = clock_timestamp() - interval '30 d' WHERE name = 'web'");
}

std::string fleet_bed::moment(int ms_later) {
    return owner.line("SELECT clock_timestamp() + $1::int * interval '1 ms'", {std::to_string(ms_later)});
}

std::string fleet_bed::say(const std::string& host, const answer& a) {
    const std::string group = owner.line("SELECT round, cursor FROM mayhem.groups WHERE name = 'web'");
    const std::size_t bar = group.find('|');
    return at(host).line(
        "SELECT * FROM mayhem.answer('web', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::mayhem.offer, "
        "$13::mayhem.offer)",
        {host, life_of(host), std::to_string(++seq_), a.census, a.moment, a.plan, std::to_string(a.members),
         std::to_string(a.standing), a.taken, group.substr(0, bar), group.substr(bar + 1), unless_empty(a.offer),
         unless_empty(a.next)});
}

std::string fleet_bed::decide(const std::string& host, const std::string& moment, const std::string& message,
                              const decision& d) {
    const std::string group = owner.line("SELECT round, cursor FROM mayhem.groups WHERE name = 'web'");
    const std::size_t bar = group.find('|');
    return at(host).line(
        "SELECT verdict, reason FROM mayhem.decide('web', $1, $2, $1::timestamptz + interval '10 d', $3, $4, $5, $6, "
        "$7, $8, $9, $10, $11)",
        {moment, message, host, life_of(host), d.plan, unless_empty(d.census), group.substr(0, bar),
         group.substr(bar + 1), d.known, d.missed, d.missed_messages});
}

std::string fleet_bed::claim(const std::string& host, const std::string& message, const std::string& nonce,
                             const std::string& known) {
    return at(host).line("SELECT answer FROM mayhem.claim($1, $2, $3, $4, $5, $6)",
                         {message, host, life_of(host), nonce, plan, known});
}

std::string fleet_bed::settle(const std::string& host, const std::string& message, const settlement& s) {
    return at(host).line("SELECT answer FROM mayhem.settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                         {message, host, life_of(host), s.verdict, s.has_acted ? "true" : "false", s.row,
                          unless_empty(s.breaker), std::to_string(s.standing), std::to_string(++seq_), s.known});
}

std::string fleet_bed::grant(const std::string& moment, const std::string& message) {
    owner.ask("UPDATE mayhem.groups SET cursor = ''");
    say("h1", {.offer = "(aa,t0,i0,,)", .moment = moment});
    say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
    return decide("h2", moment, message);
}

void fleet_bed::let_pass(const std::string& interval) {
    owner.ask(
        "UPDATE mayhem.acts SET granted_at = granted_at - $1::interval, claimed_at = claimed_at - $1::interval, "
        "census_at = census_at - $1::interval, expires_at = expires_at - $1::interval",
        {interval});
    owner.ask("UPDATE mayhem.answers SET at = at - $1::interval", {interval});
}

}  // namespace mayhem::testing
