// Proves that what is written of a host's units names each of them or says why not, is taken by check without a word,
// and arms nothing. With the real program and systemd, in tests/support/systemd_bed.sh and nowhere else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/systemd/systemd_run.hpp"

namespace mayhem::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SystemdDiscoverTest, EveryUnitIsInAGroupOrSaidWhyNot) {
    const test_folder folder;
    const test_unit one("mayhem-bed-web@1.service");
    const test_unit two("mayhem-bed-web@2.service", "Restart=no\n");
    const test_unit db("mayhem-bed-db.service");
    const test_unit app("mayhem-bed-app.service", "Restart=always\n", "BindsTo=mayhem-bed-db.service\n");
    const test_unit stopped("mayhem-bed-stopped.service", "", "", false);
    const test_unit once("mayhem-bed-once.service", "", "RefuseManualStop=yes\n");
    const std::string file = folder / "found.toml";

    const finished found = run({mayhem, "discover", "-o", file});

    const std::string text = read_text(file);
    EXPECT_EQ(found.ended, "exit 0") << found.log;
    EXPECT_THAT(text, HasSubstr("dry_run = true\n"));
    EXPECT_THAT(text, HasSubstr("[group.mayhem-bed-web]\ndriver = \"systemd\"\nunits = [\"mayhem-bed-web@1.service\", "
                                "\"mayhem-bed-web@2.service\"]\nmax_unavailable = 1\n"));
    EXPECT_THAT(text, HasSubstr("# mayhem-bed-web@1.service would come back: systemd restarts it, and would after a "
                                "crash (Restart=always); nobody falls with it.\n"
                                "# mayhem-bed-web@2.service would come back: systemd restarts it, but would not after "
                                "a crash (Restart=no); nobody falls with it.\n"));
    EXPECT_THAT(text, HasSubstr("[group.mayhem-bed-app]\n"));
    EXPECT_THAT(text, HasSubstr("# unit mayhem-bed-db.service: others would fall with it that are not of the group: "
                                "mayhem-bed-app.service (BindsTo=mayhem-bed-db.service)\n"));
    EXPECT_THAT(text, HasSubstr("# unit mayhem-bed-once.service: it has RefuseManualStart= or RefuseManualStop="));
    EXPECT_THAT(text, HasSubstr("# unit dbus.service: it is protected: D-Bus\n"));
    EXPECT_THAT(text, Not(HasSubstr("mayhem-bed-stopped")));
    const finished checked = run({mayhem, "check", file});
    EXPECT_EQ(checked.ended, "exit 0") << checked.log;
    EXPECT_THAT(checked.out, HasSubstr("valid, 2 groups, dry run"));
    EXPECT_EQ(checked.log, "");
    EXPECT_EQ(one.lives().size() + two.lives().size() + db.lives().size() + app.lives().size(), 4U);
    in_bed("rm /run/systemd/system/mayhem-bed-once.service; systemctl daemon-reload");  // so that it can be stopped
}

TEST(SystemdDiscoverTest, NoFileIsReplaced) {
    const test_folder folder;
    const std::string file = folder.write("mine.toml", "mine\n");

    const finished refused = run({mayhem, "discover", "-o", file});

    EXPECT_EQ(refused.ended, "exit 74");
    EXPECT_EQ(read_text(file), "mine\n");
}

}  // namespace
}  // namespace mayhem::testing
