// The metrics as those see them who collect them: promtool, a real Prometheus that scrapes the daemon, a UDP receiver,
// and a real StatsD server, installed with npm into a folder of the test's own.

#include <csignal>
#include <optional>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control_client.hpp"
#include "program.hpp"
#include "real_server.hpp"

namespace mayhem::testing {

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// How npm reaches its registry is set up there: proxies, certificates.
std::vector<std::string> own_environment() {
    std::vector<std::string> all;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        all.emplace_back(*variable);
    }
    return all;
}

}  // namespace

class MetricsTest : public ::testing::Test {
protected:
    std::vector<std::string> start(const std::string& sections) const {
        return {mayhem,
                "run",
                "-c",
                folder.write("mayhem.toml",
                             "dry_run = false\n" + sections +
                                 "[group.herd]\ndriver = \"simulated\"\nmean_time_between = "
                                 "\"20ms\"\n[group.dull]\ndriver = \"simulated\"\nmean_time_between = \"10h\"\n"),
                "--store",
                store,
                "--socket",
                socket};
    }

    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string socket = folder / "control.sock";
};

TEST_F(MetricsTest, PromtoolFindsNothingToCriticise) {
    program daemon(start(""));
    ASSERT_TRUE(daemon.says("Recovered "));
    ASSERT_TRUE(daemon.says("Done. Acked "));
    const std::string text = get(socket, "/metrics");
    const std::string file = folder.write("metrics", text);

    const finished checked = run({"/bin/sh", "-c", "exec /usr/bin/promtool check metrics < " + file});

    EXPECT_EQ(checked.ended, "exit 0") << checked.out << checked.log << text;
    EXPECT_EQ(checked.out + checked.log, "");
    for (const char* name : {"mayhem_messages_published_total{group=\"herd\"} ",
                             "mayhem_messages_settled_total{group=\"herd\",disposition=",
                             "mayhem_restarts_total{group=\"herd\",outcome=\"recovered\"} ",
                             "mayhem_recovery_seconds_bucket{group=\"herd\",le=", "mayhem_loop_lag_seconds_count ",
                             "mayhem_store_commit_seconds_count ", "mayhem_build_info{version=\"", "mayhem_tasks ",
                             "mayhem_halted 0\n", "mayhem_notifications_total{kind=\"hook\",outcome=\"sent\"} 0\n",
                             "mayhem_queue_depth ", "mayhem_lease_extensions_total "}) {
        EXPECT_TRUE(has(text, name)) << name << " is not in\n" << text;
    }
}

TEST_F(MetricsTest, ARealPrometheusScrapesThem) {
    program daemon(start("[control]\nlisten = \"127.0.0.1:0\"\n"));
    ASSERT_TRUE(daemon.says("(read-only)"));
    const std::string log = daemon.log();
    const std::size_t at = log.find("127.0.0.1:");
    const std::string address = log.substr(at, log.find(' ', at) - at);
    const std::string config = folder.write("prometheus.yml",
                                            "global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: mayhem\n  "
                                            "static_configs: [{targets: ['" +
                                                address + "']}]\n");
    real_server prometheus(
        [&](const std::string& own) -> std::vector<std::string> {
            return {"/usr/bin/prometheus", "--config.file=" + config, "--storage.tsdb.path=" + (folder / "tsdb"),
                    "--web.listen-address=" + own, "--log.level=warn"};
        },
        "/-/ready", "Ready");
    ASSERT_TRUE(prometheus.is_up());

    const std::string question = prometheus.url("/api/v1/query?query=mayhem_messages_published_total");
    std::string answer;
    EXPECT_TRUE(eventually(
        [&] {
            answer = answer_of(question);
            return has(answer, "\"group\":\"herd\"");
        },
        std::chrono::minutes{1}))
        << answer << prometheus.get().log();
    prometheus.get().kill(SIGTERM);
    EXPECT_EQ(prometheus.get().end(), "exit 0");
}

TEST_F(MetricsTest, GoToStatsdInFewDatagramsAndOnceMoreAtTheEnd) {
    const bound_socket receiver(SOCK_DGRAM);
    program daemon(
        start("[metrics]\nstatsd = \"127.0.0.1:" + std::to_string(receiver.port()) + "\"\nstatsd_every = \"1h\"\n"));
    ASSERT_TRUE(daemon.says("Recovered "));
    ASSERT_TRUE(daemon.says("Done. Acked "));

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0");
    const std::string datagram = receiver.receive();
    EXPECT_LE(datagram.size(), 1400U);
    EXPECT_TRUE(has(datagram, "mayhem.messages_published.herd:")) << datagram;
    EXPECT_TRUE(has(datagram, "mayhem.loop_lag_max_ms:")) << datagram;
    EXPECT_TRUE(has(datagram, "|c\n")) << datagram;
}

TEST_F(MetricsTest, ARealStatsdServerUnderstandsThem) {
    const std::string prefix = folder / "npm";
    const std::string install =
        "npm install --no-audit --no-fund --omit=optional --prefer-offline --prefix " + prefix + " statsd@0.9.0";
    program npm({"/bin/sh", "-c", "mkdir " + prefix + " && { " + install + " || " + install + " || " + install + "; }"},
                {.environment = own_environment(), .in_child = {}});
    ASSERT_EQ(npm.end(std::chrono::minutes{2}), "exit 0") << npm.out() << npm.log();
    std::string port;
    std::optional<program> server;
    for (int tries = 0; tries < tries_max && !server; ++tries) {
        port = std::to_string(free_port(SOCK_DGRAM));
        const std::string config = folder.write(
            "statsd.js", "{ address: '127.0.0.1', port: " + port +
                             ", mgmt_address: '127.0.0.1', mgmt_port: " + std::to_string(free_port(SOCK_STREAM)) +
                             ", flushInterval: 500, backends: ['./backends/console'] }");
        server.emplace(std::vector<std::string>{"/usr/bin/node", prefix + "/node_modules/statsd/stats.js", config});
        if (!comes_up(*server, [&] { return has(server->out(), "Flushing stats"); })) {
            server.reset();
        }
    }
    ASSERT_TRUE(server);
    const program& statsd = *server;

    program daemon(start("[metrics]\nstatsd = \"127.0.0.1:" + port + "\"\nstatsd_every = \"200ms\"\n"));

    EXPECT_TRUE(eventually([&] {
        const std::string out = statsd.out();
        return has(out, "'mayhem.messages_published.herd': ") && has(out, "'mayhem.recovery.herd': ") &&
               has(out, "'mayhem.tasks': ");
    })) << statsd.out().substr(0, 3000);
    EXPECT_TRUE(has(statsd.out(), "'statsd.bad_lines_seen': 0")) << statsd.out().substr(0, 1000);
}

}  // namespace mayhem::testing
