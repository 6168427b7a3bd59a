// Proves that the table of keys is the one that the parser goes by: each key can be set, and each default in the table
// is the one that holds when the key is left out.
#include "config/config_schema.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "drivers/docker/docker_driver.hpp"
#include "drivers/process/process_driver.hpp"
#include "drivers/simulated/simulated_driver.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;

/// The table's defaults written out, section by section.
std::string write_presets(std::string_view driver) {
    std::map<std::string_view, std::string> sections;
    for (const config_key& key : config_keys()) {
        // the others only with another action than the preset one
        const bool has_effect =
            key.name != "for" && key.name != "how" && key.name != "direction" && key.name != "jitter";
        if (!key.preset.empty() && (key.driver.empty() || key.driver == driver) && has_effect) {
            sections[key.section] += std::string(key.name) + " = " + std::string(key.preset) + '\n';
        }
    }
    std::string text = sections[""];
    for (const auto& [section, lines] : sections) {
        if (section == "group") {
            text += "[group.g]\ndriver = \"" + std::string(driver) + "\"\nmean_time_between = \"1h\"\n" + lines +
                    (driver == "process" ? "name = \"x\"\n" : "");
        } else if (section == "webhook") {
            text += "[webhook.w]\nurl = \"http://127.0.0.1\"\n" + lines;
        } else if (section == "hook") {
            text += "[hook.h]\ncommand = [\"true\"]\n" + lines;
        } else if (section == "probe" || section == "fleet" || section == request_queue_section) {
            continue;  // has no place without something to ask
        } else if (!section.empty()) {
            text += '[' + std::string(section) + "]\n" + lines;
        }
    }
    return text;
}

void expect_equal(const config& a, const config& b) {
    EXPECT_EQ(a.queue_capacity, b.queue_capacity);
    EXPECT_EQ(a.handling.dry_run, b.handling.dry_run);
    EXPECT_EQ(a.handling.max_in_flight, b.handling.max_in_flight);
    EXPECT_EQ(a.handling.max_attempts, b.handling.max_attempts);
    EXPECT_EQ(a.handling.backoff, b.handling.backoff);
    EXPECT_EQ(a.handling.backoff_max, b.handling.backoff_max);
    EXPECT_EQ(a.handling.lease, b.handling.lease);
    EXPECT_EQ(a.handling.extend_every, b.handling.extend_every);
    EXPECT_EQ(a.shutdown_grace, b.shutdown_grace);
    EXPECT_EQ(a.log_level, b.log_level);
    EXPECT_EQ(a.log_format, b.log_format);
    const auto& group_a = a.groups.at(0).settings;
    const auto& group_b = b.groups.at(0).settings;
    EXPECT_EQ(group_a.expires_after, group_b.expires_after);
    EXPECT_EQ(group_a.recovery_timeout, group_b.recovery_timeout);
    EXPECT_EQ(group_a.recovery_poll, group_b.recovery_poll);
}

TEST(ConfigSchemaTest, PresetsOfTheNotificationsAreTheDefaults) {
    const config spelled_out = test::read(write_presets("simulated"));
    const config left_out = test::read("[webhook.w]\nurl = \"http://127.0.0.1\"\n[hook.h]\ncommand = [\"true\"]\n");
    const auto expect_same = [](const notify::destination_settings& a, const notify::destination_settings& b) {
        EXPECT_EQ(a.attempts_max, b.attempts_max);
        EXPECT_EQ(a.backoff.first, b.backoff.first);
        EXPECT_EQ(a.backoff.max, b.backoff.max);
    };

    expect_same(spelled_out.webhooks.at(0).settings, left_out.webhooks.at(0).settings);
    expect_same(spelled_out.hooks.at(0).settings, left_out.hooks.at(0).settings);
    EXPECT_EQ(spelled_out.webhooks[0].timeout, left_out.webhooks[0].timeout);
    EXPECT_EQ(spelled_out.hooks[0].hook.timeout, left_out.hooks[0].hook.timeout);
}

TEST(ConfigSchemaTest, PresetsOfTheProcessDriverAreTheDefaults) {
    const config spelled_out = test::read(write_presets("process"));
    const config left_out = test::read("[group.g]\ndriver = \"process\"\nmean_time_between = \"1h\"\nname = \"x\"\n");

    expect_equal(spelled_out, left_out);
    const auto& a = std::any_cast<const drivers::process_driver_settings&>(spelled_out.groups[0].driver);
    const auto& b = std::any_cast<const drivers::process_driver_settings&>(left_out.groups[0].driver);
    EXPECT_EQ(spelled_out.groups[0].settings.stable_for, left_out.groups[0].settings.stable_for);
    EXPECT_EQ(a.signal, b.signal);
    EXPECT_EQ(a.kill_after, b.kill_after);
    EXPECT_EQ(a.action, b.action);
    EXPECT_EQ(b.action, drivers::process_action::signal);
    EXPECT_EQ(b.terms.length, std::chrono::seconds{30});
}

TEST(ConfigSchemaTest, PresetsOfTheSimulatedDriverAreTheDefaults) {
    const config spelled_out = test::read(write_presets("simulated"));
    const config left_out = test::read("[group.g]\ndriver = \"simulated\"\n");

    expect_equal(spelled_out, left_out);
    const auto& a = std::any_cast<const drivers::simulated_driver_settings&>(spelled_out.groups[0].driver);
    const auto& b = std::any_cast<const drivers::simulated_driver_settings&>(left_out.groups[0].driver);
    EXPECT_EQ(a.hosts, b.hosts);
    EXPECT_EQ(a.failure_probability, b.failure_probability);
}

TEST(ConfigSchemaTest, PresetsOfTheDockerDriverAreTheDefaults) {
    const std::string group = "[group.g]\ndriver = \"docker\"\nmean_time_between = \"1h\"\nname = \"x\"\n";
    const config left_out = test::read(group);
    const auto preset = [&group](const std::string& more) {
        return std::any_cast<const drivers::docker_driver_settings&>(test::read(group + more).groups[0].driver);
    };
    const auto& b = std::any_cast<const drivers::docker_driver_settings&>(left_out.groups[0].driver);

    for (const config_key& key : config_keys()) {
        if (key.driver == "docker" && !key.preset.empty()) {
            const bool is_of_network = key.name == "for" || key.name == "how" || key.name == "direction";
            const std::string action = key.name == "pause_for" ? "action = \"pause\"\n"
                                       : key.name == "signal"  ? "action = \"crash\"\n"
                                       : key.name == "jitter"  ? "action = \"delay\"\nlatency = \"1s\"\n"
                                       : is_of_network         ? "action = \"cut\"\n"
                                                               : "";
            const auto a = preset(action + std::string(key.name) + " = " + std::string(key.preset) + '\n');
            const auto without = preset(action);
            EXPECT_EQ(a.socket, b.socket);
            EXPECT_EQ(a.selector.demands_opt_in, b.selector.demands_opt_in);
            EXPECT_EQ(a.terms.length, without.terms.length);
            EXPECT_EQ(a.terms.network, without.terms.network);
            EXPECT_EQ(a.signal, b.signal);
            EXPECT_EQ(a.stop_timeout, b.stop_timeout);
            EXPECT_EQ(a.allow_dead, b.allow_dead);
            EXPECT_EQ(a.timeout, b.timeout);
        }
    }
}

TEST(ConfigSchemaTest, PresetsOfTheSystemdDriverAreTheDefaults) {
    const std::string group = "[group.g]\ndriver = \"systemd\"\nmean_time_between = \"1h\"\nunits = \"x.service\"\n";
    const auto read = [&group](const std::string& more) {
        return std::any_cast<const drivers::systemd_driver_settings&>(test::read(group + more).groups[0].driver);
    };
    const drivers::systemd_driver_settings b = read("");

    for (const config_key& key : config_keys()) {
        if (key.driver == "systemd" && !key.preset.empty()) {
            const std::string action = key.name == "signal"   ? "action = \"kill\"\n"
                                       : key.name == "for"    ? "action = \"freeze\"\n"
                                       : key.name == "jitter" ? "action = \"delay\"\nlatency = \"1s\"\n"
                                       : key.name == "how" || key.name == "direction" ? "action = \"cut\"\n"
                                                                                      : "";
            const auto a = read(action + std::string(key.name) + " = " + std::string(key.preset) + '\n');
            EXPECT_EQ(a.manager, b.manager);
            EXPECT_EQ(a.action == b.action, action.empty());
            EXPECT_EQ(a.signal, b.signal);
            EXPECT_EQ(a.allow_dead, b.allow_dead);
            EXPECT_EQ(a.call_limit, b.call_limit);
            EXPECT_EQ(a.job_limit, b.job_limit);
            EXPECT_EQ(a.terms.length, b.terms.length);
        }
    }
}

TEST(ConfigSchemaTest, NamesTheKeysOfASection) {
    EXPECT_EQ(names_in("log"), (std::vector<std::string_view>{"level", "format"}));
    EXPECT_EQ(names_in("nowhere"), std::vector<std::string_view>{});
}

TEST(ConfigSchemaTest, NamesTheSectionsAtTheHeadOfTheFile) {
    EXPECT_EQ(names_in(""), (std::vector<std::string_view>{"dry_run", "seed", "timezone", "halted", "halt_file",
                                                           "store", "queue", "pipeline", "shutdown", "schedule", "log",
                                                           "control", "metrics", "fleet", "webhook", "hook", "group"}));
}

TEST(ConfigSchemaTest, NamesTheKeysOfADriver) {
    const auto simulated = names_in("group", "simulated");

    EXPECT_EQ(std::ranges::count(simulated, "hosts"), 1);
    EXPECT_EQ(std::ranges::count(simulated, "executable"), 0);
    EXPECT_EQ(std::ranges::count(simulated, "expires_after"), 1);
}

TEST(ConfigSchemaTest, ExplainsWhereAKeyBelongs) {
    EXPECT_EQ(explain_place("lease", ""), "it belongs to [queue]");
    EXPECT_EQ(explain_place("signal", "queue"), "it belongs to [group.NAME]");
    EXPECT_EQ(explain_place("signal", "group"),
              "it belongs to groups with driver = \"process\" or \"systemd\" or \"docker\"");
    EXPECT_EQ(explain_place("seed", "group"), "it belongs to the head of the file, above the first section");
    EXPECT_EQ(explain_place("colour", "group"), "");
}

}  // namespace
}  // namespace mayhem::app
