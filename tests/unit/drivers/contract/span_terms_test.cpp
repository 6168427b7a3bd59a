// Proves that what a group says of what lasts arrives in full, and that what says nothing is an error where it stands.
#include "drivers/contract/span_terms.hpp"

#include <array>

#include <gtest/gtest.h>
#include <toml++/toml.h>

#include "actions/netfilter/network_peer_text.hpp"

namespace mayhem::drivers {
namespace {

using namespace std::chrono_literals;
using core::network_fault;

struct reading {
    core::span_terms terms{.length = 30s};
    std::vector<std::string> errors{};
};

reading read(std::string_view action, std::string_view keys) {
    reading r;
    settings::errors errors("m.toml");
    const toml::table table = toml::parse(keys);
    settings::section section(table, "group.g", errors);
    constexpr std::array<std::string_view, 8> offered{"restart", "freeze", "cut",  "loss",
                                                      "dns",     "delay",  "fill", "throttle"};
    read_span_terms(section, action, offered, r.terms);
    for (const settings::error& e : errors.take()) {
        r.errors.push_back(e.text);
    }
    return r;
}

std::string error_of(std::string_view action, std::string_view keys) {
    const reading r = read(action, keys);
    return r.errors.size() == 1 ? r.errors.front() : std::to_string(r.errors.size()) + " errors";
}

TEST(SpanTermsTest, ReadsEveryKey) {
    const reading r = read("cut",
                           "for = '2m'\nhow = 'reject'\ndirection = 'out'\nports = [5432, 6379]\n"
                           "peers = ['10.0.0.0/8', '[fd00::7]:53']\n");

    EXPECT_TRUE(r.errors.empty());
    EXPECT_EQ(r.terms.length, 2min);
    EXPECT_EQ(r.terms.network.what, network_fault::kind::cut);
    EXPECT_EQ(r.terms.network.how, network_fault::manner::reject);
    EXPECT_EQ(r.terms.network.way, network_fault::direction::out);
    EXPECT_EQ(r.terms.network.ports, (std::vector<std::uint16_t>{5432, 6379}));
    ASSERT_EQ(r.terms.network.peers.size(), 2U);
    EXPECT_EQ(actions::to_string(r.terms.network.peers[1]), "[fd00::7]:53");
}

TEST(SpanTermsTest, AllOfAUnitIsCutOffUnlessTold) {
    const reading r = read("cut", "");

    EXPECT_TRUE(r.errors.empty());
    EXPECT_EQ(r.terms.length, 30s);
    EXPECT_EQ(r.terms.network, network_fault{});
}

TEST(SpanTermsTest, ALossHasItsShare) {
    EXPECT_EQ(read("loss", "loss = 30").terms.network.percent, 30U);
    EXPECT_EQ(error_of("loss", ""), "[group.g]: loses nothing: give loss = 30, or how many of a hundred packets");
    EXPECT_EQ(error_of("loss", "loss = 100"), "group.g.loss: 100 is out of range: from 1 to 99");
    EXPECT_EQ(error_of("cut", "loss = 30"), "group.g.loss: has an effect only with action = \"loss\"");
}

TEST(SpanTermsTest, AFillHasItsPlaceAndItsLimits) {
    const reading r = read("fill", "directory = '/srv/data'\nfill_to = 90\nkeep_free = '256 MiB'\nfor = '1m'");

    EXPECT_TRUE(r.errors.empty());
    EXPECT_EQ(r.terms.length, 1min);
    EXPECT_EQ(r.terms.disk, (core::disk_fill{.directory = "/srv/data", .percent = 90, .keep_free = 256ULL << 20U}));
    EXPECT_EQ(read("fill", "directory = '/a'\nfill_to = 1\nkeep_free = 67108864").terms.disk.keep_free, 64ULL << 20U);
}

TEST(SpanTermsTest, AFillThatLacksSomethingIsAnError) {
    const std::string all = "directory = '/srv'\nfill_to = 90\nkeep_free = '64 MiB'\n";
    const auto without = [&all](const std::string& key) {
        const std::size_t at = all.find(key);
        return error_of("fill", std::string(all).erase(at, all.find('\n', at) + 1 - at));
    };
    const auto with = [&all](const std::string& from, const std::string& to) {
        return error_of("fill", std::string(all).replace(all.find(from), from.size(), to));
    };

    EXPECT_EQ(without("directory"),
              "[group.g]: fills nothing: give directory = \"/srv/data\", one on the file system "
              "that is to be full");
    EXPECT_EQ(without("fill_to"),
              "[group.g]: fills nothing: give fill_to = 90, or how many percent of what can be used "
              "are to be in use");
    EXPECT_EQ(without("keep_free"),
              "[group.g]: leaves nobody anything: give keep_free = \"256 MiB\", or how much "
              "others are to have left");
    EXPECT_EQ(with("'/srv'", "'srv'"), "group.g.directory: must be an absolute path, such as \"/srv/data\"");
    EXPECT_EQ(with("'/srv'", "\"/it's\""), "group.g.directory: must have at most 1024 bytes, and no \"'\"");
    EXPECT_EQ(with("90", "100"), "group.g.fill_to: 100 is out of range: from 1 to 99");
    EXPECT_EQ(with("64 MiB", "63 MiB"), "group.g.keep_free: is out of range: from 64 MiB to 1024 TiB");
    EXPECT_EQ(with("64 MiB", "64 MB"),
              "group.g.keep_free: \"64 MB\" is no size: write a whole number with K, M, G or T, such as \"256 MiB\"");
    EXPECT_EQ(error_of("cut", "fill_to = 90"), "group.g.fill_to: has an effect only with action = \"fill\"");
}

TEST(SpanTermsTest, ADelayHasItsLatency) {
    const reading r = read("delay", "latency = '200ms'\njitter = '50ms'\nports = [80]\ndirection = 'in'");

    EXPECT_TRUE(r.errors.empty());
    EXPECT_EQ(r.terms.network.what, network_fault::kind::delay);
    EXPECT_EQ(r.terms.network.latency, 200ms);
    EXPECT_EQ(r.terms.network.jitter, 50ms);
    EXPECT_EQ(r.terms.network.ports, std::vector<std::uint16_t>{80});
    EXPECT_EQ(read("delay", "latency = '1ms'").terms.network.jitter, 0ms);
    EXPECT_EQ(read("delay", "latency = '10s'\njitter = '10s'").terms.network.jitter, 10s);
    EXPECT_EQ(read("delay", "latency = '2ms'\njitter = '1ns'").terms.network.jitter, 1us);
    EXPECT_EQ(error_of("delay", ""),
              "[group.g]: delays nothing: give latency = \"200ms\", or by how much each packet comes later");
    EXPECT_EQ(error_of("delay", "latency = '999us'"), "group.g.latency: \"999us\" is out of range: from 1 ms to 10 s");
    EXPECT_EQ(error_of("delay", "latency = '11s'"), "group.g.latency: \"11s\" is out of range: from 1 ms to 10 s");
    EXPECT_EQ(error_of("delay", "latency = '20ms'\njitter = '21ms'"),
              "group.g.jitter: is more than the latency: no packet comes before it was sent");
    EXPECT_EQ(error_of("delay", "latency = '20ms'\nhow = 'reject'"),
              "group.g.how: has an effect only with action = \"cut\"");
    EXPECT_EQ(error_of("cut", "latency = '20ms'"), "group.g.latency: has an effect only with action = \"delay\"");
    EXPECT_EQ(error_of("loss", "loss = 3\njitter = '20ms'"),
              "group.g.jitter: has an effect only with action = \"delay\"");
}

TEST(SpanTermsTest, AThrottleHasItsLimits) {
    const reading r =
        read("throttle", "cpu = 20\nmemory_high = '40 MiB'\nio_read = '1 MiB'\nio_write = 4096\ndevice = '/dev/sda'");

    EXPECT_TRUE(r.errors.empty());
    EXPECT_EQ(r.terms.limits, (core::unit_limits{.cpu_percent = 20,
                                                 .memory_high = 40ULL << 20U,
                                                 .io_read = 1ULL << 20U,
                                                 .io_write = 4096,
                                                 .device = "/dev/sda"}));
    EXPECT_EQ(read("throttle", "cpu = 1000").terms.limits, core::unit_limits{.cpu_percent = 1000});
}

TEST(SpanTermsTest, AThrottleThatSaysNothingIsAnError) {
    EXPECT_EQ(error_of("throttle", ""),
              "[group.g]: throttles nothing: give cpu = 20, or how many percent of one CPU it "
              "has; or memory_high, io_read or io_write");
    EXPECT_EQ(error_of("throttle", "cpu = 0"), "group.g.cpu: 0 is out of range: from 1 to 1000");
    EXPECT_EQ(error_of("throttle", "memory_high = 1"),
              "group.g.memory_high: 1 is out of range: from 4096 to "
              "1125899906842624");
    EXPECT_EQ(error_of("throttle", "io_read = '1 MiB'"),
              "[group.g]: io_read and io_write need a device, such as device = \"/dev/sda\"");
    EXPECT_EQ(error_of("throttle", "cpu = 20\ndevice = '/dev/sda'"),
              "[group.g]: device has an effect only with io_read or io_write");
    EXPECT_EQ(error_of("throttle", "io_read = '1 MiB'\ndevice = 'sda'"),
              "group.g.device: must be an absolute path, such as \"/dev/sda\"");
    EXPECT_EQ(error_of("fill", "cpu = 20\ndirectory = '/a'\nfill_to = 9\nkeep_free = '1 GiB'"),
              "group.g.cpu: has an effect only with action = \"throttle\"");
}

TEST(SpanTermsTest, AKeyWithoutAnEffectIsAnError) {
    EXPECT_EQ(error_of("restart", "for = '5s'"),
              "group.g.for: has an effect only with action = \"freeze\", \"cut\", \"loss\", \"dns\", \"delay\", "
              "\"fill\" or "
              "\"throttle\"");
    EXPECT_EQ(error_of("freeze", "ports = [80]"),
              "group.g.ports: has an effect only with action = \"cut\", \"loss\" or \"delay\"");
    EXPECT_EQ(error_of("dns", "peers = '10.0.0.1'"),
              "group.g.peers: has an effect only with action = \"cut\", \"loss\" or \"delay\"");
    EXPECT_EQ(error_of("loss", "loss = 3\nhow = 'reject'"), "group.g.how: has an effect only with action = \"cut\"");
}

TEST(SpanTermsTest, NonsenseIsAnError) {
    EXPECT_EQ(error_of("cut", "ports = []"), "group.g.ports: must be a list of 1 to 16 numbers, such as [8080]");
    EXPECT_EQ(error_of("cut", "ports = 80"), "group.g.ports: must be a list of 1 to 16 numbers, such as [8080]");
    EXPECT_EQ(error_of("cut", "ports = [0]"), "group.g.ports: must be a number of 1 to 65535");
    EXPECT_EQ(error_of("cut", "ports = ['http']"), "group.g.ports: must be a number of 1 to 65535");
    EXPECT_EQ(error_of("cut", "peers = 'db.example.org'").substr(0, 32), "group.g.peers: \"db.example.org\" ");
    EXPECT_EQ(error_of("cut", "direction = 'in'"),
              "group.g.direction: needs ports, by which it is known who has connected to whom");
    EXPECT_EQ(error_of("cut", "for = '11m'"), "group.g.for: \"11m\" is out of range: from 1 s to 10 m");
}

}  // namespace
}  // namespace mayhem::drivers
