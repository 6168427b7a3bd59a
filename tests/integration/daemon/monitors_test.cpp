// Stop conditions from what operators watch already, against a real Prometheus with rules that fire, and a real
// Alertmanager that it tells: who may be hit, and what is on record of a target after whose restart an alert fires.
#include <csignal>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "control_client.hpp"
#include "program.hpp"
#include "real_server.hpp"

namespace mayhem::testing {

namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr const char* rules = R"(
groups:
- name: test
  interval: 200ms
  rules:
  - {alert: WebIsSlow, expr: vector(1), labels: {service: web, severity: page}}
  - {alert: CacheIsCold, expr: vector(1), labels: {service: cache, severity: info}}
  - {alert: RackIsDown, expr: vector(1), labels: {service: rack, severity: page}}
  - {alert: NodeIsDown, expr: vector(1), labels: {service: node, severity: page}}
  - {alert: NeverFires, expr: vector(1) > 2, labels: {service: db, severity: page}}
)";

constexpr const char* routes = R"(
route: {receiver: nobody, group_by: [alertname], group_wait: 0s, group_interval: 1s}
receivers: [{name: nobody}]
inhibit_rules:
- {source_matchers: ['alertname="RackIsDown"'], target_matchers: ['alertname="NodeIsDown"']}
)";

std::string prometheus_config(const std::string& rule_file, const std::string& alertmanager) {
    return "global: {scrape_interval: 1s, evaluation_interval: 200ms}\nrule_files: ['" + rule_file +
           "']\nalerting: {alertmanagers: [{static_configs: [{targets: ['" + alertmanager + "']}]}]}\n";
}

}  // namespace

class MonitorsTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(alertmanager.is_up());
        ASSERT_TRUE(prometheus.is_up());
    }

    /// What `mayhem why` says of a process of ours whose group has that probe.
    finished why(const std::string& probe) const {
        const std::string config = folder.write(
            "mayhem.toml",
            "dry_run = false\n[group.sleepers]\ndriver = \"process\"\nallow_terminal = true\ncommand_line = \"sleep " +
                marker + "\"\nmean_time_between = \"1h\"\nprobe = " + probe + "\n");
        return run({mayhem, "why", "sleep[" + std::to_string(sleeper.pid()) + "]", "-c", config, "--store",
                    folder / "mayhem.db"});
    }

    std::string asked(const std::string& query, const std::string& is) const {
        return "{prometheus = {url = \"" + prometheus.url("/") + "\", query = '" + query + "', is = \"" + is + "\"}}";
    }

    std::string quiet(const std::string& matchers) const {
        return "{alertmanager = {url = \"" + alertmanager.url() + "\", matchers = " + matchers + "}}";
    }

    /// What one that passes says, and one that does not.
    void expect_yes(const std::string& probe) const {
        const finished f = why(probe);
        EXPECT_EQ(f.ended, "exit 0") << f.out << f.log;
    }
    void expect_no(const std::string& probe, const std::string& word) const {
        const finished f = why(probe);
        EXPECT_EQ(f.ended, "exit 1") << f.out << f.log;
        EXPECT_THAT(f.out, HasSubstr(word));
    }

    finished amtool(std::vector<std::string> words) const {
        words.insert(words.begin(), {"/usr/bin/amtool", "--alertmanager.url=" + alertmanager.url()});
        return run(std::move(words));
    }

    const test_folder folder;
    const std::string marker = "4713." + std::to_string(::getpid());
    const program sleeper{{"/usr/bin/sleep", marker}};
    const std::string rule_file = folder.write("rules.yml", rules);
    const std::string route_file = folder.write("alertmanager.yml", routes);
    real_server alertmanager{[this](const std::string& own) -> std::vector<std::string> {
                                 return {"/usr/bin/prometheus-alertmanager",
                                         "--config.file=" + route_file,
                                         "--storage.path=" + (folder / "alertmanager"),
                                         "--web.listen-address=" + own,
                                         "--cluster.listen-address=",
                                         "--log.level=warn"};
                             },
                             "/-/ready", "OK"};
    real_server prometheus{[this](const std::string& own) -> std::vector<std::string> {
                               const std::string config =
                                   folder.write("prometheus.yml", prometheus_config(rule_file, alertmanager.address()));
                               return {
                                   "/usr/bin/prometheus",
                                   "--config.file=" + config,
                                   "--storage.tsdb.path=" + (folder / "tsdb"),
                                   "--web.listen-address=" + own,
                                   "--rules.alert.resend-delay=1s",  // what fires before it knows Alertmanager is lost
                                   "--log.level=warn"};
                           },
                           "/-/ready", "Ready"};
};

TEST_F(MonitorsTest, ARealPrometheusSaysWhetherAnybodyMayBeHit) {
    expect_yes(asked("vector(0.5)", "< 1"));
    expect_yes(asked("1e3", ">= 1000"));
    expect_yes(asked(R"(label_replace(vector(1), "a", "b", "", "") or vector(0))", "< 2"));
    expect_yes("[" + asked("vector(0)", "== 0") + ", " + asked("vector(1)", "!= 0") + ", {command = [\"true\"]}]");

    expect_no(asked("vector(2)", "< 1"), "'vector(2)' of " + prometheus.url() + ": it is 2, not < 1");
    expect_no(asked("nothing_has_this_name", "< 1"), "no data");
    expect_no(asked("vector(0) > 1", "< 1"), "no data");
    expect_no(asked("vector(0) / 0", "< 1"), "is NaN, not < 1");
    expect_no(asked("vector(1) / 0", "< 1"), "is +Inf, not < 1");
    expect_no(asked("up[5m]", "< 1"), "gives a range");
    expect_no(asked("\"text\"", "< 1"), "gives a text");
    expect_no(asked("sum(", "< 1"), "answers with status 400: ");
    expect_no("[" + asked("vector(0)", "== 0") + ", " + asked("vector(7)", "== 0") + "]", "it is 7, not == 0");
    EXPECT_TRUE(eventually([this] {
        return why(asked("count(ALERTS{alertstate=\"firing\"})", "== 4")).ended == "exit 0";
    })) << answer_of(prometheus.url("/api/v1/alerts"));
    expect_no(asked("ALERTS{alertstate=\"firing\"} * 7", "< 1"), "4 of 4 series: {alertname=\"");
}

TEST_F(MonitorsTest, ARealAlertmanagerSaysWhetherAnybodyMayBeHit) {
    ASSERT_TRUE(eventually([this] {
        const std::string alerts = answer_of(alertmanager.url("/api/v2/alerts"));
        return alerts.find("CacheIsCold") != std::string::npos && alerts.find("NodeIsDown") != std::string::npos &&
               alerts.find("RackIsDown") != std::string::npos && alerts.find("WebIsSlow") != std::string::npos &&
               alerts.find("unprocessed") == std::string::npos;
    })) << prometheus.get().log()
        << alertmanager.get().log();

    expect_no(quiet(R"(['service="web"'])"), "1 alert fires: WebIsSlow since 20");
    expect_no(quiet(R"(['service=~"web|cache"'])"), "2 alerts fire: ");
    expect_yes(quiet(R"(['service="web"', 'severity!="page"'])"));
    expect_yes(quiet(R"('service="db"')"));
    expect_yes(quiet(R"('service="node"')"));  // inhibited by RackIsDown
    expect_no(quiet(R"('service="rack"')"), "RackIsDown");
    expect_no(quiet(R"('service=~"("')"), "answers with status 400");

    const finished silenced =
        amtool({"silence", "add", "--author=test", "--comment=test", "--duration=1h", "service=web"});
    ASSERT_EQ(silenced.ended, "exit 0") << silenced.out << silenced.log;
    EXPECT_TRUE(eventually([this] { return why(quiet(R"(['service="web"'])")).ended == "exit 0"; }));
}

TEST_F(MonitorsTest, AnAlertAfterAnActIsNamedInTheRecordTheLogAndTheEvents) {
    const std::string matcher = R"('service="herd"')";
    const std::string told = folder / "told";
    const std::string config = folder.write(
        "mayhem.toml",
        "dry_run = false\n[hook.alert]\ncommand = [\"/usr/bin/amtool\", \"--alertmanager.url=" + alertmanager.url() +
            "\", \"alert\", \"add\", \"HerdIsDown\", \"service=herd\"]\nevents = [\"restarted\"]\n"
            "[hook.note]\ncommand = [\"/bin/sh\", \"-c\", 'cat >> \"$1\"', \"sh\", \"" +
            told +
            "\"]\nevents = [\"not_recovered\"]\n"
            "[group.herd]\ndriver = \"simulated\"\nhosts = 2\nfailure_probability = 0.0\n"
            "mean_time_between = \"300ms\"\nrecovery_timeout = \"3s\"\nstable_for = \"2500ms\"\nmax_failures = 1\n"
            "probe = [" +
            quiet(matcher) + ", " + asked("vector(0)", "== 0") + "]\n");
    const std::string socket = folder / "control.sock";
    program daemon({mayhem, "run", "-c", config, "--store", folder / "mayhem.db", "--socket", socket});

    ASSERT_TRUE(daemon.says("Restarted cattle-"));
    const std::string why = "the probe does not pass: alerts with service=\"herd\" of " + alertmanager.url() +
                            ": 1 alert fires: HerdIsDown";
    EXPECT_TRUE(daemon.says(why));
    EXPECT_TRUE(daemon.says("the breaker opens: "));
    EXPECT_TRUE(eventually([&] { return read_text(told).find("1 alert fires: HerdIsDown") != std::string::npos; }));
    EXPECT_TRUE(eventually(
        [&daemon] {  // of the two reasons the one that is looked at first; an earlier act may stand in the way before
            const std::string log = daemon.log();
            return log.find(": breaker_open") != std::string::npos || log.find(": unsteady") != std::string::npos;
        }))
        << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    const finished history = run({mayhem, "history", "--json", "--store", folder / "mayhem.db"});
    EXPECT_THAT(history.out, HasSubstr("1 alert fires: HerdIsDown")) << history.log;
    EXPECT_THAT(history.out, AnyOf(HasSubstr("\"breaker_open\""), HasSubstr("\"unsteady\"")));
}

TEST_F(MonitorsTest, TheExampleOfTheDocumentsIsRight) {
    std::ifstream file(MAYHEM_DOCS "/configuration.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::size_t open = text.rfind("```toml\n") + 8;
    std::string example = text.substr(open, text.find("```", open) - open);
    const auto replace = [&example](const std::string& what, const std::string& by) {
        const std::size_t at = example.find(what);
        ASSERT_NE(at, std::string::npos) << what << " is not in\n" << example;
        example.replace(at, what.size(), by);
    };
    replace("driver = \"systemd\"\nunits = [\"web@*.service\"]", "driver = \"simulated\"\nhosts = 1");
    replace("http = \"http://127.0.0.1:8080/health\"", "http = \"" + prometheus.url("/-/healthy") + "\"");
    replace("http://127.0.0.1:9090", prometheus.url());
    replace("http://127.0.0.1:9093", alertmanager.url());
    ASSERT_TRUE(eventually(
        [this] { return answer_of(alertmanager.url("/api/v2/alerts")).find("WebIsSlow") != std::string::npos; }));

    const finished f =
        run({mayhem, "eligible", "-c", folder.write("mayhem.toml", example), "--store", folder / "mayhem.db"});

    EXPECT_THAT(f.out, HasSubstr("1 alert fires: WebIsSlow")) << f.log;
    EXPECT_THAT(f.out, ::testing::Not(HasSubstr("/-/healthy"))) << "that one passes";
}

}  // namespace mayhem::testing
