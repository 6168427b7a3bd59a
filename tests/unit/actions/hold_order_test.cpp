// Proves that a holder and Mayhem understand each other, and that neither takes anything else for an order or a word.
#include "actions/holder/hold_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const hold_order of_a_unit{.first = {.pid = 812, .start_ticks = 777, .boot_id = "b00t"},
                           .control_group = "/system.slice/web.service",
                           .length = 30s};

/// With everything that can be said.
hold_order of_the_network() {
    core::network_peer p{.address = {10}, .prefix = 8, .port = 5432};
    return {.network = core::network_fault{.what = core::network_fault::kind::loss,
                                           .how = core::network_fault::manner::reject,
                                           .way = core::network_fault::direction::in,
                                           .percent = 30,
                                           .ports = {80, 443},
                                           .peers = {p}},
            .first = of_a_unit.first,
            .control_group = of_a_unit.control_group,
            .table = "mayhem_0123abcd",
            .length = 30s};
}

hold_order of_a_disk() {
    return {.disk = core::disk_fill{.directory = "/srv/data",
                                    .percent = 90,
                                    .keep_free = 256ULL << 20U,
                                    .spared = {"/var/lib/mayhem", "/etc/mayhem.toml"}},
            .first = of_a_unit.first,
            .length = 30s};
}

hold_order of_limits() {
    return {.unit = held_unit{.name = "web@1.service",
                              .invocation = "0123456789abcdef0123456789abcdef",
                              .numbers = {{.name = "CPUQuotaPerSecUSec", .before = ~0ULL, .ours = 200'000},
                                          {.name = "IOReadBandwidthMax", .of = "/dev/sda", .before = 7, .ours = 5}}},
            .first = of_a_unit.first,
            .length = 30s};
}

/// An order for a fill that lacks nothing, but for a change: `text` in place of what stands there.
std::string fill_with(const std::string& instead_of, const std::string& text) {
    std::string line = to_line(of_a_disk());
    const std::size_t at = line.find(instead_of);
    EXPECT_NE(at, std::string::npos);
    return line.replace(at, instead_of.size(), text);
}

/// An order for a cut that lacks nothing, but for a change: instead of the member `key`, `with`.
std::string cut_with(const std::string& key, const std::string& with) {
    std::string line;
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"action", R"("action":"cut")"},
                                                          {"first", R"("first":"1:2:b")"},
                                                          {"control_group", R"("control_group":"/a")"},
                                                          {"for_us", R"("for_us":1000)"},
                                                          {"table", R"("table":"mayhem_0123abcd")"},
                                                          {"inside", R"("inside":false)"},
                                                          {"how", R"("how":"lose")"},
                                                          {"direction", R"("direction":"both")"},
                                                          {"percent", R"("percent":100)"},
                                                          {"latency_us", R"("latency_us":0)"},
                                                          {"jitter_us", R"("jitter_us":0)"},
                                                          {"ports", R"("ports":[])"},
                                                          {"peers", R"("peers":[])"}}) {
        const std::string& member = name == key ? with : value;
        line += (line.empty() || member.empty() ? "" : ",") + member;
    }
    return '{' + line + '}';
}

std::string why_not(std::string_view line) {
    const auto order = parse_hold_order(line);
    return order ? "" : order.error();
}

TEST(HoldOrderTest, ComesOutAsItWentIn) {
    hold_order alone = of_a_unit;
    alone.control_group.clear();

    for (const hold_order& o : {of_a_unit, alone, of_the_network(), of_a_disk(), of_limits()}) {
        const std::string line = to_line(o);
        const auto read = parse_hold_order(line);

        EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
        ASSERT_TRUE(read) << read.error();
        EXPECT_EQ(*read, o);
    }
}

TEST(HoldOrderTest, IsReadStrictly) {
    EXPECT_THAT(why_not("freeze it"), HasSubstr("no JSON object"));
    EXPECT_THAT(why_not(R"({"action":"rm","first":"1:2:b","control_group":"","for_us":1000})"), HasSubstr("action"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2","control_group":"","for_us":1000})"), HasSubstr("first"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"a","for_us":1000})"),
                HasSubstr("control_group"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"/","for_us":1000})"),
                HasSubstr("control_group"))
        << "that would be everybody";
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"","for_us":999})"), HasSubstr("for_us"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"","for_us":86400000001})"),
                HasSubstr("for_us"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"","for_us":1.5})"), HasSubstr("for_us"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":""})"), HasSubstr("for_us"));
    EXPECT_THAT(why_not(R"({"action":"freeze","first":"1:2:b","control_group":"","for_us":1000,"run":"sh"})"),
                HasSubstr("not known"));
    EXPECT_NE(why_not(std::string(1'000'000, '[')), "");
}

TEST(HoldOrderTest, OfTheNetworkIsReadStrictly) {
    EXPECT_EQ(why_not(cut_with("", "")), "");
    for (const std::string key : {"table", "inside", "how", "direction", "percent", "latency_us", "jitter_us", "ports",
                                  "peers", "control_group"}) {
        EXPECT_THAT(why_not(cut_with(key, "")), HasSubstr('"' + key + '"')) << "it is missing";
    }
    for (const std::string table : {"filter", "mayhem_", "mayhem_0123abcdef", "mayhem_0123ABCD", "mayhem_0123abc;"}) {
        EXPECT_THAT(why_not(cut_with("table", R"("table":")" + table + '"')), HasSubstr("no name of a table"))
            << "nobody else's can be meant";
    }
    EXPECT_THAT(why_not(cut_with("ports", R"("ports":[0])")), HasSubstr("no port"));
    EXPECT_THAT(why_not(cut_with("ports", R"("ports":[65536])")), HasSubstr("no port"));
    EXPECT_THAT(why_not(cut_with("ports", R"("ports":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17])")),
                HasSubstr("too long"));
    EXPECT_THAT(why_not(cut_with("peers", R"("peers":["db"])")), HasSubstr("no address"));
    EXPECT_THAT(why_not(cut_with("peers", R"("peers":[7])")), HasSubstr("no address"));
    EXPECT_THAT(why_not(cut_with("percent", R"("percent":0)")), HasSubstr("out of range"));
    EXPECT_THAT(why_not(cut_with("percent", R"("percent":101)")), HasSubstr("out of range"));
}

TEST(HoldOrderTest, OfADiskIsReadStrictly) {
    EXPECT_THAT(why_not(fill_with("/srv/data", "srv/data")), HasSubstr("absolute"));
    EXPECT_THAT(why_not(fill_with(R"("percent":90)", R"("percent":100)")), HasSubstr("out of range"));
    EXPECT_THAT(why_not(fill_with(R"("percent":90)", R"("percent":0)")), HasSubstr("out of range"));
    EXPECT_THAT(why_not(fill_with("268435456", "67108863")), HasSubstr("out of range")) << "others need their 64 MiB";
    EXPECT_THAT(why_not(fill_with("\"/etc/mayhem.toml\"", "7")), HasSubstr("no absolute path"));
    EXPECT_THAT(why_not(fill_with("\"/etc/mayhem.toml\"", R"("1","2","3","4","5","6","7","8")")),
                HasSubstr("too long"));
    EXPECT_THAT(why_not(fill_with(R"("percent":90,)", "")), HasSubstr("\"percent\" is missing"));
}

TEST(HoldOrderTest, ADelayHasItsLatencyAndNothingElseHas) {
    const auto with = [](const std::string& action, std::int64_t latency, std::int64_t jitter) {
        const std::string line = cut_with("action", R"("action":")" + action + '"');
        const std::string none = R"("latency_us":0,"jitter_us":0)";
        const std::size_t at = line.find(none);
        return line.substr(0, at) + R"("latency_us":)" + std::to_string(latency) + R"(,"jitter_us":)" +
               std::to_string(jitter) + line.substr(at + none.size());
    };
    hold_order o = of_the_network();
    o.network->what = core::network_fault::kind::delay;
    o.network->latency = 200ms;
    o.network->jitter = 50ms;

    const auto read = parse_hold_order(to_line(o));

    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, o);
    EXPECT_EQ(why_not(with("delay", 10'000'000, 10'000'000)), "");
    EXPECT_THAT(why_not(with("delay", 999, 0)), HasSubstr("\"latency_us\" is out of range"));
    EXPECT_THAT(why_not(with("delay", 10'000'001, 0)), HasSubstr("\"latency_us\" is out of range"));
    EXPECT_THAT(why_not(with("delay", 1000, 1001)), HasSubstr("\"jitter_us\" is out of range"));
    EXPECT_THAT(why_not(with("cut", 1000, 0)), HasSubstr("\"latency_us\" is out of range"));
}

TEST(HoldOrderTest, OfLimitsIsReadStrictly) {
    const auto with = [](const std::string& instead_of, const std::string& text) {
        std::string line = to_line(of_limits());
        const std::size_t at = line.find(instead_of);
        EXPECT_NE(at, std::string::npos);
        return why_not(line.replace(at, instead_of.size(), text));
    };

    for (const std::string name : {"web@1.socket", "../x.service", "x/y.service", "", ".service", "a b.service"}) {
        EXPECT_THAT(with("\"web@1.service\"", '"' + name + '"'), HasSubstr("no name of a service")) << name;
    }
    EXPECT_THAT(with("0123456789abcdef0123456789abcdef", "0123"), HasSubstr("life of a unit"));
    EXPECT_THAT(with("CPUQuotaPerSecUSec", "ExecStart"), HasSubstr("not to be changed"));
    EXPECT_THAT(with("\"/dev/sda\"", "\"\""), HasSubstr("no device"));
    EXPECT_THAT(with("\"CPUQuotaPerSecUSec\",\"\"", "\"CPUQuotaPerSecUSec\",\"/dev/sda\""), HasSubstr("one too many"));
    EXPECT_THAT(with("200000", "-1"), HasSubstr("no number"));
    EXPECT_THAT(with("200000", "\"\""), HasSubstr("no number"));
    EXPECT_THAT(with("\"undo\":false", "\"undo\":0"), HasSubstr("undo"));
}

TEST(HoldOrderTest, WithoutAControlGroupAllHostsPacketsAreNeverMeant) {
    EXPECT_THAT(why_not(cut_with("control_group", R"("control_group":"")")), HasSubstr("ports"));

    hold_order o = of_the_network();
    o.control_group.clear();
    EXPECT_EQ(why_not(to_line(o)), "");

    o.network->way = core::network_fault::direction::both;
    EXPECT_THAT(why_not(to_line(o)), HasSubstr("\"in\"")) << "others have connected to such ports as well";

    o.is_inside = true;
    const auto read = parse_hold_order(to_line(o));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, o) << "in a network of its own, all are its own";

    o.control_group = "/a";
    EXPECT_THAT(why_not(to_line(o)), HasSubstr("inside"));
}

TEST(HoldWordTest, ComesOutAsItWentIn) {
    const hold_word words[] = {
        {.is = hold_word::kind::held, .text = "7 tasks of 3 processes"},
        {.is = hold_word::kind::seen, .text = "312 packets, 20480 bytes"},
        {.is = hold_word::kind::seen, .text = "no packet", .is_none = true},
        {.is = hold_word::kind::refused, .text = "pid 9 is traced by pid 8", .by = core::guard::busy},
        {.is = hold_word::kind::over, .text = "its process has ended", .ended_by = core::span_end::target_ended}};

    for (const hold_word& w : words) {
        const auto read = parse_hold_word(to_line(w));
        ASSERT_TRUE(read) << read.error();
        EXPECT_EQ(*read, w);
    }
}

TEST(HoldWordTest, IsReadStrictly) {
    EXPECT_FALSE(parse_hold_word("held"));
    EXPECT_FALSE(parse_hold_word(R"({"word":"done","text":"","none":false,"by":"","ended_by":"time_over"})"));
    EXPECT_FALSE(parse_hold_word(R"({"word":"held","text":"","none":false,"by":"me","ended_by":"time_over"})"));
    EXPECT_FALSE(parse_hold_word(R"({"word":"held","text":"","none":false,"by":"","ended_by":"never"})"));
    EXPECT_FALSE(parse_hold_word(R"({"word":"held","text":"","none":false,"by":""})"));
}

}  // namespace
}  // namespace mayhem::actions
