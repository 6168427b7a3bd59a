// Proves to whom a link connects and to whom it does not, with a real PostgreSQL: TLS is verified, the password comes
// from its file and from nowhere else, and the first host that takes writes is taken.
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "fleet/libpq_environment.hpp"
#include "integration/fleet/link_trial.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

/// Why a link with these settings does not connect.
std::string refusal(const link_settings& s) {
    std::string why;
    expect_prompt([&] {
        link_trial trial(s);
        trial.run([](link_trial& t) -> async::awaitable<void> {
            const async::frame here;
            co_await t.not_connected();
        });
        why = trial.seen.all();
        return trial.lag();
    });
    return why;
}

TEST(PgLinkConnectTest, ConnectsOverVerifiedTls) {
    const test::postgres_bed bed;

    expect_prompt([&] {
        link_trial trial(settings_for(bed));
        trial.run([](link_trial& t) -> async::awaitable<void> {
            const async::frame here;
            co_await t.connected();
            const auto encrypted =
                co_await t.call("SELECT ssl::text || ' ' || version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
            EXPECT_EQ(value_of(encrypted), "true TLSv1.3");
        });
        EXPECT_EQ(trial.seen.connections[0], "connected to db.test:" + bed.port());
        return trial.lag();
    });
}

TEST(PgLinkConnectTest, ConnectsOverAUnixSocketAndTheLoopbackWithoutTls) {
    const test::postgres_bed bed;
    for (const std::string& host : {bed.folder().string(), std::string("127.0.0.1"), std::string("localhost")}) {
        link_settings s = settings_for(bed, host);
        s.ca.clear();
        link_trial trial(s);

        trial.run([](link_trial& t) -> async::awaitable<void> {
            const async::frame here;
            co_await t.connected();
            const auto user = co_await t.call("SELECT current_user || ' ' || current_setting('application_name')");
            EXPECT_EQ(value_of(user), "mayhem mayhem");
        });
    }
}

TEST(PgLinkConnectTest, WhoIsSignedBySomebodyElseIsNotSpokenTo) {
    const test::postgres_bed bed;
    link_settings s = settings_for(bed);
    s.ca = bed.other_ca();

    EXPECT_NE(refusal(s).find("certificate verify failed"), std::string::npos) << refusal(s);
    EXPECT_EQ(bed.log().find("user=mayhem"), std::string::npos);
}

TEST(PgLinkConnectTest, WhoHasAnotherNameIsNotSpokenTo) {
    const test::postgres_bed bed;

    const std::string why = refusal(settings_for(bed, "other.test"));

    EXPECT_NE(why.find("does not match host name \"other.test\""), std::string::npos) << why;
}

TEST(PgLinkConnectTest, AWrongPasswordIsNamedButNotTold) {
    const test::postgres_bed bed;
    const link_settings s = settings_for(bed);
    {
        std::ofstream(s.password_file) << "hunter2\n";
    }

    const std::string why = refusal(s);

    EXPECT_NE(why.find("password authentication failed for user \"mayhem\""), std::string::npos) << why;
    EXPECT_EQ(why.find("hunter2"), std::string::npos);
}

TEST(PgLinkConnectTest, APasswordThatOthersCanReadIsNotUsed) {
    const test::postgres_bed bed;
    const link_settings s = settings_for(bed);
    ::chmod(s.password_file.c_str(), 0644);

    const std::string why = refusal(s);

    EXPECT_NE(why.find(s.password_file + " holds a secret, but others can read it or change it: chmod 600 it"),
              std::string::npos)
        << why;
}

TEST(PgLinkConnectTest, TheEnvironmentIsNotBelieved) {
    const test::postgres_bed bed;
    const std::vector<std::pair<const char*, const char*>> lies = {
        {"PGPASSWORD", "hunter2"}, {"PGHOSTADDR", "127.0.0.9"},          {"PGSSLMODE", "disable"},
        {"PGUSER", "postgres"},    {"PGOPTIONS", "-c search_path=lies"}, {"PGSERVICE", "nowhere"},
        {"PGTZ", "Asia/Tokyo"}};
    for (const auto& [name, value] : lies) {
        ::setenv(name, value, 1);
    }
    forget_environment();

    for (const std::string& host : {std::string("db.test"), bed.folder().string()}) {
        link_trial trial(settings_for(bed, host));
        trial.run([](link_trial& t) -> async::awaitable<void> {
            const async::frame here;
            co_await t.connected();
            const auto told = co_await t.call("SELECT current_user || current_setting('search_path')");
            EXPECT_EQ(value_of(told), "mayhem\"$user\", public");
            const auto zone = co_await t.call("SHOW timezone");
            EXPECT_NE(value_of(zone), "Asia/Tokyo");
        });
    }
}

TEST(PgLinkConnectTest, AHostThatTakesNoWritesIsPassedOver) {
    const test::postgres_bed reader({"default_transaction_read_only = on"});
    const test::postgres_bed writer;
    link_settings s = settings_for(writer, "db2.test");
    s.hosts = {{"127.0.0.1", reader.port()}, {"127.0.0.1", writer.port()}};
    s.ca.clear();

    expect_prompt([&] {
        link_trial trial(s);
        trial.run([](link_trial& t) -> async::awaitable<void> {
            const async::frame here;
            co_await t.connected();
        });
        EXPECT_EQ(trial.seen.all(), "connected to 127.0.0.1:" + writer.port() + "\n");
        return trial.lag();
    });
}

TEST(PgLinkConnectTest, AFrozenHostCostsItsShareOfTimeAndNoMore) {
    test::postgres_bed frozen;
    const test::postgres_bed good;
    link_settings s = settings_for(good);
    s.hosts = {{"db.test", frozen.port()}, {"db2.test", good.port()}};
    s.ca = frozen.ca();
    s.connect_limit = 1s;
    frozen.freeze();

    expect_prompt([&] {
        link_trial trial(s);
        const auto began = trial.clock.now();
        trial.run([](link_trial& t) -> async::awaitable<void> {
            const async::frame here;
            co_await t.connected(20s);
        });
        EXPECT_GE(trial.clock.now() - began, 1s);
        EXPECT_EQ(trial.seen.all(), "connected to db2.test:" + good.port() + "\n");
        return trial.lag();
    });
    frozen.thaw();
}

TEST(PgLinkConnectTest, ANameThatIsNotAnsweredIsPassedOver) {
    const test::postgres_bed bed;
    link_settings s = settings_for(bed);
    s.hosts = {{"other.test", bed.port()}, {"db.test", bed.port()}};
    s.connect_limit = 1s;

    expect_prompt([&] {
        link_trial trial(s);
        trial.names.delays["other.test"] = 1h;
        trial.run([](link_trial& t) -> async::awaitable<void> {
            const async::frame here;
            co_await t.connected(20s);
        });
        EXPECT_EQ(trial.seen.all(), "connected to db.test:" + bed.port() + "\n");
        return trial.lag();
    });
}

TEST(PgLinkConnectTest, WhereNobodyIsEachHostIsNamedWithItsReason) {
    const test::postgres_bed bed;
    link_settings s = settings_for(bed);
    s.hosts = {{"nowhere.test", "1"}, {"127.0.0.1", "1"}};

    const std::string why = refusal(s);

    EXPECT_NE(why.find("nowhere.test:1: nowhere.test has no address; 127.0.0.1:1: "), std::string::npos) << why;
    EXPECT_NE(why.find("Connection refused"), std::string::npos) << why;
}

}  // namespace
}  // namespace mayhem::fleet
