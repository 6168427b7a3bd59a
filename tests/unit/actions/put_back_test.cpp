// Proves what is put back, what is somebody else's by now, and that a boot has undone it.
#include "actions/holder/put_back.hpp"

#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

const core::changed_number quota{.name = "CPUQuotaPerSecUSec", .before = 800'000, .ours = 200'000};

TEST(PutBackTest, OnlyWhatIsStillOursIsPutBack) {
    EXPECT_EQ(judge_number(quota, 200'000), put_back_result::undone);
    EXPECT_EQ(judge_number(quota, 800'000), put_back_result::was_not_there);
    EXPECT_EQ(judge_number(quota, 600'000), put_back_result::taken_over);
}

TEST(PutBackTest, AnotherBootHasUndoneItAndNobodyIsAsked) {
    const held_unit unit{.name = "mayhem-no-such.service", .invocation = {}, .numbers = {quota}};

    EXPECT_EQ(put_back(unit, "another-boot"), put_back_result::gone);
}

TEST(PutBackTest, EachResultIsReadAsItIsWritten) {
    for (const auto r : {put_back_result::undone, put_back_result::was_not_there, put_back_result::taken_over,
                         put_back_result::gone}) {
        EXPECT_EQ(parse_put_back_result(to_string(r)), r);
    }
    EXPECT_EQ(parse_put_back_result("done"), std::nullopt);
}

TEST(PutBackTest, SystemdKeepsASettingInAFileOfItsName) {
    EXPECT_EQ(drop_in_of("CPUQuotaPerSecUSec"), "50-CPUQuota.conf");
    EXPECT_EQ(runtime_files("web@1.service", "MemoryHigh"),
              (std::vector<std::string>{"/run/systemd/system.control/web@1.service.d/50-MemoryHigh.conf",
                                        "/run/systemd/transient/web@1.service.d/50-MemoryHigh.conf"}));
}

}  // namespace
}  // namespace mayhem::actions
