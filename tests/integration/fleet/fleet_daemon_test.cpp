// Proves with real daemons and a real PostgreSQL that hosts restart as one: each moment one target of one host, by a
// claim that is on record; and that a halt which only the database knows of stops all of them. Takes a minute, since
// the moments of a group that is shared lie ten seconds apart.
#include <filesystem>
#include <fstream>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "integration/daemon/program.hpp"
#include "support/postgres_bed.hpp"

namespace mayhem::testing {
namespace {

using namespace std::chrono_literals;

/// A host: a folder with two targets, which are files with the number of their life in them, and a daemon.
class fleet_host {
public:
    fleet_host(const test::postgres_bed& server, const std::string& name, const std::string& password) : name_(name) {
        for (const char* const target : {"a", "b"}) {
            std::filesystem::create_directory(folder_ / "targets");
            std::ofstream(folder_ / "targets" + "/" + target) << "1\n";
        }
        const std::string secret = folder_.write("pass", password + "\n");
        std::filesystem::permissions(secret, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        const std::string list = folder_.write(
            "list", "cd '" + (folder_ / "targets") + "' && for t in *; do printf '%s\\t%s\\n' $t $(cat $t); done\n");
        const std::string restart =
            folder_.write("restart", "cd '" + (folder_ / "targets") +
                                         "' && n=$(cat $1) && echo $((n + 1)) > $1.new && mv $1.new $1\n");
        config_ = folder_.write(
            "mayhem.toml",
            "dry_run = false\nseed = 7\n[fleet]\nname = \"shop\"\nhost = \"" + name + "\"\ndatabase = [\"127.0.0.1:" +
                server.port() + "\"]\ndbname = \"fleet\"\nuser = \"mayhem_" + name + "\"\npassword_file = \"" + secret +
                "\"\n[group.web]\nscope = \"fleet\"\ndriver = \"command\"\nlist = [\"/bin/sh\", \"" + list +
                "\"]\nrestart = [\"/bin/sh\", \"" + restart +
                "\", \"{id}\"]\nmean_time_between = \"10s\"\ndays = [\"mon-sun\"]\nhours = [\"00:00-24:00\"]\n"
                "timezone = \"UTC\"\nmin_healthy = 5\nstable_for = \"0s\"\n"
                "[hook.tell]\nevents = [\"restarted\", \"recovered\"]\ncommand = [\"/bin/sh\", \"" +
                folder_.write("tell", "echo $1 $2 >> '" + (folder_ / "told") + "'\n") +
                "\", \"{event}\", \"{message}\"]\n");
    }

    void start() {
        daemon_.emplace(std::vector<std::string>{mayhem, "run", "-c", config_, "--store", folder_ / "mayhem.db",
                                                 "--socket", socket()});
    }
    [[nodiscard]] program& daemon() { return *daemon_; }
    [[nodiscard]] const std::string& config() const noexcept { return config_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::string socket() const { return folder_ / "control.sock"; }

    /// How often one of its targets was restarted.
    [[nodiscard]] int restarts() const {
        int all = 0;
        for (const char* const target : {"a", "b"}) {
            all += std::stoi(read_text(folder_ / "targets" + "/" + target)) - 1;
        }
        return all;
    }
    /// What it has told to others, a line each: "recovered 5c1f..."
    [[nodiscard]] std::vector<std::string> told() const {
        std::vector<std::string> lines;
        std::ifstream file(folder_ / "told");
        for (std::string line; std::getline(file, line);) {
            lines.push_back(line);
        }
        return lines;
    }
    [[nodiscard]] finished history() const {
        return run({mayhem, "history", "--json", "--store", folder_ / "mayhem.db"});
    }

private:
    const std::string name_;
    test_folder folder_;
    std::string config_;
    std::optional<program> daemon_;
};

class FleetDaemonTest : public ::testing::Test {
protected:
    test::postgres_bed server;
    std::list<fleet_host> hosts;

    void SetUp() override {
        ASSERT_EQ(as_admin({"init"}).ended, "exit 0");
        for (const char* const name : {"h1", "h2", "h3"}) {
            const finished added = as_admin({"add-host", name, "--json"});
            ASSERT_EQ(added.ended, "exit 0") << added.log;
            hosts.emplace_back(server, name, nlohmann::json::parse(added.out).at("password").get<std::string>());
        }
        const finished adopted = run({mayhem, "fleet", "adopt", "web", "-c", hosts.front().config(), "--database",
                                      server.folder().string() + ":" + server.port(), "--user", "postgres"});
        ASSERT_EQ(adopted.ended, "exit 0") << adopted.log;
    }

    finished as_admin(std::vector<std::string> words) {
        words.insert(words.begin(), {mayhem, "fleet"});
        words.insert(words.end(), {"--database", server.folder().string() + ":" + server.port(), "--dbname", "fleet",
                                   "--user", "postgres"});
        return run(words);
    }

    void start_all() {
        for (fleet_host& h : hosts) {
            h.start();
        }
        for (fleet_host& h : hosts) {
            ASSERT_TRUE(h.daemon().says("Takes part in fleet 'shop' as host " + h.name())) << h.daemon().log();
            ASSERT_TRUE(h.daemon().says("Connected to the fleet's database")) << h.daemon().log();
        }
    }
    [[nodiscard]] int restarts() const {
        int all = 0;
        for (const fleet_host& h : hosts) {
            all += h.restarts();
        }
        return all;
    }
    int count(const std::string& what) { return std::stoi(server.sql("SELECT count(*) FROM mayhem." + what)); }
    [[nodiscard]] std::string logs() {
        std::string all;
        for (fleet_host& h : hosts) {
            all += h.name() + ":\n" + h.daemon().log();
        }
        return all;
    }
};

TEST_F(FleetDaemonTest, HostsRestartAsOneAndStopAsOne) {
    start_all();
    ASSERT_TRUE(eventually([&] { return restarts() >= 3; }, 180s)) << logs() << server.sql("TABLE mayhem.journal");

    const finished status = run({mayhem, "status", "--socket", hosts.front().socket()});
    EXPECT_NE(status.out.find("Fleet shop, as host h1: takes part\n"), std::string::npos) << status.out << status.log;

    ASSERT_EQ(run({mayhem, "fleet", "halt", "-c", hosts.back().config(), "--why", "enough"}).ended, "exit 0");
    ASSERT_TRUE(eventually([&] { return count("acts WHERE state = 'claimed'") == 0; })) << logs();  // let go before it
    const int at_the_halt = restarts();
    EXPECT_TRUE(eventually([&] { return count("moments WHERE reason = 'halted'") >= 1; }, 180s)) << logs();
    EXPECT_EQ(restarts(), at_the_halt);
    EXPECT_EQ(count("acts WHERE claimed_at > (SELECT at FROM mayhem.halts)"), 0);

    for (fleet_host& h : hosts) {
        h.daemon().kill(SIGTERM);
    }
    for (fleet_host& h : hosts) {
        EXPECT_EQ(h.daemon().end(), "exit 0") << h.daemon().log();
    }
    EXPECT_EQ(restarts(), at_the_halt);
    EXPECT_EQ(count("acts WHERE claimed_at IS NOT NULL AND counts"), at_the_halt) << "each by a claim";
    EXPECT_EQ(count("acts WHERE state IN ('granted', 'claimed')"), 0) << "each is settled";
    EXPECT_EQ(count("outcomes WHERE verdict = 'recovered'"), at_the_halt) << server.sql("TABLE mayhem.outcomes");
    EXPECT_EQ(count("hosts WHERE leaving"), 3);
    const finished report = run({mayhem, "report", "--fleet", "--json", "-c", hosts.front().config(), "--database",
                                 server.folder().string() + ":" + server.port(), "--user", "postgres"});
    ASSERT_EQ(report.ended, "exit 0") << report.log;
    EXPECT_EQ(nlohmann::json::parse(report.out).at("total").at("recovered"), at_the_halt) << report.out;

    std::vector<std::string> told;
    for (const fleet_host& h : hosts) {
        const std::vector<std::string> of_host = h.told();
        told.insert(told.end(), of_host.begin(), of_host.end());
    }
    EXPECT_EQ(told.size(), 2U * static_cast<std::size_t>(at_the_halt)) << "that it was restarted, and is back";
    EXPECT_EQ(std::set(told.begin(), told.end()).size(), told.size()) << "each by one host, and once";
    int recovered = 0;
    for (const fleet_host& h : hosts) {
        const std::string all = h.history().out;
        for (std::size_t at = all.find("\"recovered\""); at != std::string::npos;
             at = all.find("\"recovered\"", at + 1)) {
            ++recovered;
        }
    }
    EXPECT_EQ(recovered, at_the_halt) << "what a host did is on its own record as well";
}

TEST_F(FleetDaemonTest, WithoutItsDatabaseNothingIsBegun) {
    start_all();
    ASSERT_TRUE(eventually([&] { return restarts() >= 1; }, 180s)) << logs() << server.sql("TABLE mayhem.journal");
    server.kill();
    std::this_thread::sleep_for(5s);  // who was let go before it may take his time
    const int before = restarts();
    for (fleet_host& h : hosts) {
        EXPECT_TRUE(h.daemon().says("Lost the fleet's database")) << h.daemon().log();
    }
    EXPECT_TRUE(hosts.front().daemon().says("no_fleet: ")) << hosts.front().daemon().log();
    EXPECT_EQ(restarts(), before);
    hosts.front().daemon().kill(SIGTERM);
    EXPECT_EQ(hosts.front().daemon().end(), "exit 0") << "it waits for nobody: " << hosts.front().daemon().log();
}

}  // namespace
}  // namespace mayhem::testing
