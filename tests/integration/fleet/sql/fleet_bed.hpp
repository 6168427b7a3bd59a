#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/pg_session.hpp"
#include "support/postgres_bed.hpp"

namespace mayhem::testing {

/// Runs what is missing, as the programs do.
void migrate(pg_session& as);

/// One server for all tests of this process, since its start takes longer than they do.
[[nodiscard]] test::postgres_bed& shared_server();

/// For libpq: by its socket, where whoever says so is whom he says he is.
[[nodiscard]] std::string address_of(const std::string& user, const std::string& database = "fleet");

/// A database of a name that no other test has; dropped with its object.
class own_database {
public:
    /// `source`: of which it is a copy; empty: it is empty.
    explicit own_database(const std::string& source = {});
    ~own_database();
    own_database(const own_database&) = delete;
    own_database& operator=(const own_database&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::string address(const std::string& user) const { return address_of(user, name_); }

private:
    std::string name_;
};

/// A role of the shared server that may log in, a member of another one unless that is empty. Made if it is not there.
void make_login(const std::string& role, const std::string& member_of = "mayhem_daemon");

/// A fleet's database with hosts h1, h2, ..., each with its login role and a daemon that has said hello. What hosts say
/// and ask goes through connections of their own roles; `owner` is a superuser, who looks on.
class fleet_bed {
    own_database database_;

public:
    static constexpr const char* plan = "p";

    explicit fleet_bed(int hosts = 2);

    /// The hosts h1 and h2, whose daemons have said nothing yet.
    struct silent_t {};
    static constexpr silent_t silent{};
    explicit fleet_bed(silent_t);

    pg_session owner;

    [[nodiscard]] std::string address(const std::string& user) const { return database_.address(user); }
    [[nodiscard]] const std::string& database() const noexcept { return database_.name(); }

    /// The connection of a host's role.
    [[nodiscard]] pg_session& at(const std::string& host) { return hosts_.at(host); }

    /// The group "web": these terms, and a tolerance of an hour unless they say otherwise.
    void adopt(const std::string& terms = R"({"min_healthy": 3})");

    /// Now and so many milliseconds.
    [[nodiscard]] std::string moment(int ms_later = 0);

    struct answer {
        int standing = 2;
        int members = 2;
        std::string taken = "{}";
        std::string offer = {};  ///< "(aa,t0,i0,,)"; empty: nobody
        std::string next = {};
        std::string plan = fleet_bed::plan;
        std::string census = "0";
        std::string moment = "-infinity";
    };
    /// At the round and cursor at which the group is.
    std::string say(const std::string& host, const answer& a);

    struct decision {
        std::string census = {};  ///< empty: by what was sent for the moment
        std::string missed = "{}";
        std::string missed_messages = "{}";
        std::string known = "-1";
        std::string plan = fleet_bed::plan;
    };
    /// Its verdict and reason: "granted|", "skipped|halted". At the round and cursor at which the group is.
    std::string decide(const std::string& host, const std::string& moment, const std::string& message,
                       const decision& d);
    std::string decide(const std::string& host, const std::string& moment, const std::string& message) {
        return decide(host, moment, message, {});
    }

    /// "ok", or why not.
    std::string claim(const std::string& host, const std::string& message, const std::string& nonce = uuid(900),
                      const std::string& known = "-1");

    struct settlement {
        std::string verdict = "recovered";
        bool has_acted = true;
        std::string row = "success";
        std::string breaker = {};  ///< empty: none
        int standing = 2;
        std::string known = "-1";
    };
    std::string settle(const std::string& host, const std::string& message, const settlement& s);
    std::string settle(const std::string& host, const std::string& message) { return settle(host, message, {}); }

    /// Both hosts answer for `moment`, h1's t0 is first, and it is decided: granted to h1, as `message`.
    std::string grant(const std::string& moment, const std::string& message);

    /// As if the group had done all of it that much earlier: "11 s".
    void let_pass(const std::string& interval);

    [[nodiscard]] std::string version() { return owner.line("SELECT version FROM mayhem.groups WHERE name = 'web'"); }

    [[nodiscard]] static std::string uuid(int number);
    [[nodiscard]] static std::string life_of(std::string_view host);

private:
    void add_host(const std::string& host);

    std::map<std::string, pg_session> hosts_;
    int seq_ = 0;
};

}  // namespace mayhem::testing
