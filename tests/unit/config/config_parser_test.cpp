// Proves that a right config arrives in full, and that each mistake in the head of the file and the sections of the
// daemon is reported where it stands, with what to do.
#include <gtest/gtest.h>

#include "config/config_file.hpp"
#include "settings/errors.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using test::errors_of;
using lines = std::vector<std::string>;

TEST(ConfigParserTest, ReadsEveryKey) {
    const config c = test::read(R"(
dry_run = false
seed = 42
timezone = "Europe/Berlin"
[store]
path = "/var/lib/mayhem/mayhem.db"
[queue]
capacity = 7
lease = "10s"
max_attempts = 3
backoff = "250ms"
backoff_max = "1h30m"
[pipeline]
max_in_flight = 99
extend_every = "4s"
[shutdown]
grace = "20s"
[log]
level = "warning"
format = "json"
)");

    EXPECT_FALSE(c.handling.dry_run);
    EXPECT_EQ(c.seed, 42U);
    EXPECT_EQ(c.timezone, "Europe/Berlin");
    EXPECT_EQ(c.store, "/var/lib/mayhem/mayhem.db");
    EXPECT_EQ(c.queue_capacity, 7U);
    EXPECT_EQ(c.handling.lease, 10s);
    EXPECT_EQ(c.handling.max_attempts, 3);
    EXPECT_EQ(c.handling.backoff, 250ms);
    EXPECT_EQ(c.handling.backoff_max, 90min);
    EXPECT_EQ(c.handling.max_in_flight, 99U);
    EXPECT_EQ(c.handling.extend_every, 4s);
    EXPECT_EQ(c.shutdown_grace, 20s);
    EXPECT_EQ(c.log_level, telemetry::level::warning);
    EXPECT_EQ(c.log_format, telemetry::log_format::json);
    EXPECT_TRUE(c.groups.empty());
}

TEST(ConfigParserTest, DoesNothingByDefault) {
    const config c = test::read("");

    EXPECT_TRUE(c.handling.dry_run);
    EXPECT_EQ(c.seed, std::nullopt);
    EXPECT_EQ(c.timezone, "");
    EXPECT_EQ(c.store, std::nullopt);
    EXPECT_TRUE(c.groups.empty());
}

TEST(ConfigParserTest, UnderstandsEverySpellingOfToml) {
    const config c = test::read("\xef\xbb\xbfqueue.capacity = 0x10\r\nlog = { level = 'DEBUG' }\r\n");

    EXPECT_EQ(c.queue_capacity, 16U);
    EXPECT_EQ(c.log_level, telemetry::level::debug);
}

struct mistake {
    std::string_view text;
    std::string_view error;
};

class ConfigMistakeTest : public testing::TestWithParam<mistake> {};

TEST_P(ConfigMistakeTest, IsReportedWhereItStands) {
    EXPECT_EQ(errors_of(GetParam().text), lines{"m.toml:" + std::string(GetParam().error)});
}

INSTANTIATE_TEST_SUITE_P(
    UnknownKeys, ConfigMistakeTest,
    testing::Values(
        mistake{"dry_rum = true", R"(1:1: unknown key "dry_rum": did you mean "dry_run"?)"},
        mistake{"\n  colour = 1", R"(2:3: unknown key "colour")"},
        mistake{"Seed = 1", R"(1:1: unknown key "Seed": did you mean "seed"?)"},
        mistake{"[queues]", R"(1:2: unknown key "queues": did you mean "queue"?)"},
        mistake{"[queue]\nleese = '3s'", R"(2:1: unknown key "queue.leese": did you mean "lease"?)"},
        mistake{"[queue]\nmax-attempts = 3", R"(2:1: unknown key "queue.max-attempts": did you mean "max_attempts"?)"},
        mistake{"lease = '3s'", R"(1:1: unknown key "lease": it belongs to [queue])"},
        mistake{"[queue]\nextend_every = '1s'", R"(2:1: unknown key "queue.extend_every": it belongs to [pipeline])"},
        mistake{"[log]\ndry_run = true",
                R"(2:1: unknown key "log.dry_run": it belongs to the head of the file, above the first section)"},
        mistake{"signal = 'TERM'", R"(1:1: unknown key "signal": it belongs to [group.NAME])"},
        mistake{"[schedule]\ninterval = '10m'",
                "2:1: unknown key \"schedule.interval\": write how long from one restart "
                "to the next, on average: mean_time_between = \"4h\""},
        mistake{"[schedule]\nexcluded-weekdays = 'Sat'",
                "2:1: unknown key \"schedule.excluded-weekdays\": write on which days it may: days = [\"mon-fri\"]"},
        mistake{"'' = 1", R"(1:1: unknown key "")"}));

INSTANTIATE_TEST_SUITE_P(
    WrongTypes, ConfigMistakeTest,
    testing::Values(mistake{"dry_run = 'no'", "1:11: dry_run: must be true or false, but is a text"},
                    mistake{"seed = 1.5", "1:8: seed: must be a whole number, but is a number with a fraction"},
                    mistake{"seed = '1'", "1:8: seed: must be a whole number, but is a text"},
                    mistake{"timezone = 1", "1:12: timezone: must be a text in quotes, but is a whole number"},
                    mistake{"store = 'x.db'", "1:9: store: must be a section: write [store], and its keys below"},
                    mistake{"[[queue]]", "1:1: queue: must be a section: write [queue], and its keys below"},
                    mistake{"[queue]\nlease = 10",
                            R"(2:9: queue.lease: must be a duration in quotes, such as "10s", but is a whole number)"},
                    mistake{"[queue]\nlease = 10:00:00",
                            R"(2:9: queue.lease: must be a duration in quotes, such as "10s", but is a time of day)"},
                    mistake{"[store]\npath = ['a']", "2:8: store.path: must be a text in quotes, but is an array"},
                    mistake{"[log]\nlevel = true", "2:9: log.level: must be a text in quotes, but is true or false"},
                    mistake{"group = 1", "1:9: group: must be a section: write [group], and its keys below"}));

INSTANTIATE_TEST_SUITE_P(
    ImpossibleValues, ConfigMistakeTest,
    testing::Values(
        mistake{"seed = -1", "1:8: seed: -1 is out of range: from 0 to 9223372036854775807"},
        mistake{"timezone = ''", "1:12: timezone: is empty: give a text or leave the key out"},
        mistake{"timezone = \"a\\u001b\"", "1:12: timezone: contains a control character"},
        mistake{"[store]\npath = ''", "2:8: store.path: is empty: give a text or leave the key out"},
        mistake{"[queue]\ncapacity = 0", "2:12: queue.capacity: 0 is out of range: from 1 to 1000000"},
        mistake{"[queue]\nmax_attempts = 0", "2:16: queue.max_attempts: 0 is out of range: from 1 to 1000"},
        mistake{"[queue]\nmax_attempts = 4294967297",
                "2:16: queue.max_attempts: 4294967297 is out of range: from 1 to 1000"},
        mistake{"[queue]\nlease = '-3s'", R"(2:9: queue.lease: "-3s" is negative)"},
        mistake{"[queue]\nlease = '0s'", R"(2:9: queue.lease: "0s" is out of range: from 10 ms to 1 h)"},
        mistake{"[queue]\nlease = '2h'", R"(2:9: queue.lease: "2h" is out of range: from 10 ms to 1 h)"},
        mistake{"[queue]\nlease = '3'", R"(2:9: queue.lease: "3" lacks a unit: write, say, "3s" for seconds)"},
        mistake{"[pipeline]\nmax_in_flight = -5",
                "2:17: pipeline.max_in_flight: -5 is out of range: from 1 to 1000000"},
        mistake{
            "[log]\nlevel = 'warn'",
            R"(2:9: log.level: "warn" is none of "debug", "info", "warning", "error", "critical": did you mean "warning"?)"},
        mistake{"[log]\nformat = 'xml'", R"(2:10: log.format: "xml" is none of "auto", "text", "json", "journald")"}));

INSTANTIATE_TEST_SUITE_P(
    ValuesThatDoNotGoTogether, ConfigMistakeTest,
    testing::Values(
        mistake{"[queue]\nlease = '2s'",
                "2:9: queue.lease: extend_every (2 s) must be shorter than queue.lease (2 s), or every lease is lost"},
        mistake{"[queue]\nlease = '5s'\n[pipeline]\nextend_every = '5s'",
                "4:16: pipeline.extend_every: extend_every (5 s) must be shorter than queue.lease (5 s), or every "
                "lease is lost"},
        mistake{"[queue]\nbackoff = '10m'",
                "2:11: queue.backoff: backoff (10 m) must not be longer than backoff_max (5 m)"},
        mistake{"[store]\nhistory_keep = '30d'\n[group.a]\ndriver = 'simulated'\nmin_rest = '31d'",
                "2:16: store.history_keep: history_keep (30 d) must not be shorter than min_rest (31 d) of group.a"},
        mistake{"[store]\nhistory_keep = '6d'",
                R"(2:16: store.history_keep: "6d" is out of range: from 7 d to 36500 d)"},
        mistake{"[queue]\nbackoff_max = '500ms'",
                "2:15: queue.backoff_max: backoff (1 s) must not be longer than backoff_max (500 ms)"}));

INSTANTIATE_TEST_SUITE_P(
    NoToml, ConfigMistakeTest,
    testing::Values(
        mistake{"seed = 1\n[queue\n",
                R"(2:7: is not valid TOML: Error while parsing table header: expected ']', saw '\n')"},
        mistake{"seed = 1\nseed = 2\n",
                "2:8: is not valid TOML: Error while parsing key-value pair: cannot redefine existing integer 'seed'"},
        mistake{"[group.a]\n[group.a]\n",
                "2:1: is not valid TOML: Error while parsing table header: cannot redefine existing table 'group.a'"},
        mistake{"dry_run = no\n",
                "1:12: is not valid TOML: Error while parsing floating-point: expected 'nan', saw 'no': write true or "
                "false, or a text in quotes"},
        mistake{"timezone = \"\xff\"", "1:12: is not valid TOML: Encountered invalid utf-8 sequence"}));

TEST(ConfigParserTest, ReportsEverythingAtOnceInTheOrderOfTheFile) {
    EXPECT_EQ(errors_of("dry_run = 1\nnonsense = 1\n[queue]\ncapacity = 0\nlease = 'soon'\n[log]\nlevel = 'loud'\n"),
              (lines{"m.toml:1:11: dry_run: must be true or false, but is a whole number",
                     "m.toml:2:1: unknown key \"nonsense\"",
                     "m.toml:4:12: queue.capacity: 0 is out of range: from 1 to 1000000",
                     R"(m.toml:5:9: queue.lease: "soon" is no length of time: write, say, "90s", "250ms" or "1h30m")",
                     R"(m.toml:7:9: log.level: "loud" is none of "debug", "info", "warning", "error", "critical")"}));
}

TEST(ConfigParserTest, DoesNotCompareAValueWithOneThatIsWrong) {
    EXPECT_EQ(errors_of("[queue]\nlease = 10\n[pipeline]\nextend_every = '4s'\n").size(), 1U);
    EXPECT_EQ(errors_of("[queue]\nbackoff = '10m'\nbackoff_max = 20\n").size(), 1U);
}

TEST(ConfigParserTest, BoundsTheNumberOfErrors) {
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text += "nonsense" + std::to_string(i) + " = 1\n";
    }

    const lines errors = errors_of(text);

    ASSERT_EQ(errors.size(), settings::errors::errors_max + 1);
    EXPECT_EQ(errors.back(), "m.toml: and 900 more errors");
}

TEST(ConfigParserTest, BoundsTheNumberOfGroups) {
    std::string text;
    for (std::size_t i = 0; i < groups_max; ++i) {
        text += "[group.g" + std::to_string(i) + "]\ndriver = 'simulated'\n";
    }
    EXPECT_EQ(test::read(text).groups.size(), groups_max);

    text += "[group.one_more]\ndriver = 'simulated'\n";
    EXPECT_EQ(errors_of(text), lines{"m.toml:1:1: [group]: has 1001 groups: at most 1000 are allowed"});
}

TEST(ConfigParserTest, SurvivesNestingWithoutEnd) {
    const std::string text = "a = " + std::string(100'000, '[');

    EXPECT_EQ(errors_of(text).size(), 1U);
}

}  // namespace
}  // namespace mayhem::app
