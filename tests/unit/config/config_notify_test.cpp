// Proves what [webhook.NAME] and [hook.NAME] may contain, that errors say where and what was meant, and that files with
// secrets are read by those alone who need them, and are never quoted.
#include "config/config_notify.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "assembly/notification_plans.hpp"
#include "config/config_file.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

TEST(ConfigNotifyTest, ReadsAWebhook) {
    const config c = test::read(R"(
[webhook.chat]
url = "https://chat.example.org/x"
events = ["recovered", "halted"]
groups = ["web"]
template = '''
{"summary": "{text}"}
'''
timeout = "3s"
attempts = 2
backoff = "100ms"
backoff_max = "1h"
[group.web]
driver = "simulated"
)");

    const webhook_config& w = c.webhooks.at(0);
    EXPECT_EQ(w.settings.name, "chat");
    EXPECT_EQ(w.url, "https://chat.example.org/x");
    EXPECT_EQ(w.settings.filter.kinds, (std::vector{notify::event_kind::recovered, notify::event_kind::halted}));
    EXPECT_EQ(w.settings.filter.groups, texts{"web"});
    EXPECT_EQ(w.timeout, 3s);
    EXPECT_EQ(w.settings.attempts_max, 2);
    EXPECT_EQ(w.settings.backoff.first, 100ms);
    EXPECT_EQ(w.settings.backoff.max, 1h);
    EXPECT_EQ(w.body.render({}), "{\"summary\":\"restarted  (group )\"}");
}

TEST(ConfigNotifyTest, ReadsAHook) {
    const config c = test::read("[hook.page]\ncommand = [\"page\", \"{group}\", \"{{\"]\ntimeout = \"1s\"\n");

    const hook_config& h = c.hooks.at(0);
    EXPECT_EQ(h.settings.kind, notify::destination_kind::hook);
    EXPECT_EQ(h.hook.arguments.size(), 3U);
    EXPECT_EQ(h.hook.timeout, 1s);
    EXPECT_EQ(h.settings.attempts_max, 1);
}

TEST(ConfigNotifyTest, SaysWhereAndWhatWasMeant) {
    const auto first = [](const std::string& text) { return test::errors_of(text).at(0); };

    EXPECT_EQ(first("[webhook.w]\n"),
              "m.toml:1:1: [webhook.w]: give exactly one of url and url_file (a URL that is itself the secret, as "
              "Slack's are, belongs into a file)");
    EXPECT_EQ(first("[webhook.w]\nurl = \"ftp://x\"\n"),
              "m.toml:2:7: webhook.w.url: must begin with http:// or https:// and contain no space");
    EXPECT_EQ(first("[webhook.w]\nurl = \"http://x:99999999/\"\n"),
              "m.toml:2:7: webhook.w.url: must have a port of 1 to 65535, or none");
    EXPECT_EQ(first("[webhook.w]\nurl = \"http://a:b@/\"\n"),
              "m.toml:2:7: webhook.w.url: must name a host after the //, such as http://127.0.0.1:8080/");
    EXPECT_EQ(first("[webhook.w]\nurl = \"http://x\"\nurl_file = \"/x\"\n").substr(0, 38),
              "m.toml:1:1: [webhook.w]: give exactly ");
    EXPECT_EQ(first("[webhook.w]\nurl_file = \"x\"\n"), "m.toml:2:12: webhook.w.url_file: must be an absolute path");
    EXPECT_NE(first("[webhook.w]\nurl = \"http://x\"\nevents = [\"restart\"]\n").find("did you mean \"restarted\"?"),
              std::string::npos);
    EXPECT_NE(first("[webhook.w]\nurl = \"http://x\"\nevents = [\"test\"]\n").find("is none of"), std::string::npos);
    EXPECT_EQ(first("[webhook.w]\nurl = \"http://x\"\ngroups = [\"wbe\"]\n[group.web]\ndriver = \"simulated\"\n"),
              "m.toml:3:10: webhook.w.groups: there is no group \"wbe\" in this file: did you mean \"web\"?");
    EXPECT_NE(first("[webhook.w]\nurl = \"http://x\"\ntemplate = '{\"a\": \"{txt}\"}'\n").find("did you mean {text}?"),
              std::string::npos);
    EXPECT_NE(first("[webhook.w]\nurl = \"http://x\"\nbackoff = \"2m\"\n").find("must not be longer than backoff_max"),
              std::string::npos);
    EXPECT_NE(first("[hook.h]\n").find("lacks a command"), std::string::npos);
    EXPECT_NE(first("[hook.h]\ncommand = [\"x\", \"{grp}\"]\n").find("{grp} is no placeholder"), std::string::npos);
    EXPECT_NE(first("[hook.h]\ncommand = \"x y\"\n").find("must be a list of texts"), std::string::npos);
    EXPECT_NE(first("[hook.h]\ncommand = [\"x\"]\nurl = \"http://x\"\n").find("it belongs to [webhook.NAME]"),
              std::string::npos);
    EXPECT_NE(first("[webhook]\nurl = \"http://x\"\n").find("webhook.url: must be a section: write [webhook.NAME]"),
              std::string::npos);
    EXPECT_NE(first("[webhook.\"A b\"]\nurl = \"http://x\"\n").find("a name has 1 to 64 of"), std::string::npos);
}

TEST(ConfigNotifyTest, HasAMaximumOfBoth) {
    std::string many;
    for (std::size_t i = 0; i <= webhooks_max; ++i) {
        many += "[webhook.w" + std::to_string(i) + "]\nurl = \"http://x\"\n";
    }

    EXPECT_NE(test::errors_of(many).at(0).find("there are 17: at most 16 are allowed"), std::string::npos);
}

class SecretsTest : public ::testing::Test {
protected:
    SecretsTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mayhem-secret-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        file_ = folder_ / "secret";
    }
    ~SecretsTest() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& text, unsigned mode = 0600) const {
        std::ofstream(file_, std::ios::trunc) << text;
        std::filesystem::permissions(file_, std::filesystem::perms{mode});
    }

    /// The first error; "fine" when there is none.
    std::string plan(const std::string& key) const {
        const std::string url = key == "url_file" ? "" : "url = \"http://x\"\n";
        const config c = test::read("[webhook.w]\n" + url + key + " = \"" + file_.string() + "\"\n");
        const auto plans = plan_notifications(c, "m.toml");
        return plans ? "fine" : to_string(plans.error().at(0));
    }

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

TEST_F(SecretsTest, AreReadFromFilesThatOthersCannotRead) {
    write("https://hooks.example.org/SECRET\nmore\n");
    EXPECT_EQ(plan("url_file"), "fine");
    EXPECT_EQ(plan("token_file"), "fine");

    write("https://hooks.example.org/SECRET\n", 0644);
    EXPECT_EQ(plan("url_file"), "m.toml:2:12: webhook.w.url_file: " + file_.string() +
                                    " holds a secret, but others can read it or change it: chmod 600 it");
    write("https://hooks.example.org/SECRET\n", 0620);
    EXPECT_NE(plan("url_file"), "fine");
    write("https://hooks.example.org/SECRET\n", 0640);
    EXPECT_EQ(plan("url_file"), "fine") << "its group may read it";
}

TEST_F(SecretsTest, AreNotQuoted) {
    write("gopher://SECRET\n");
    EXPECT_EQ(plan("url_file"), "m.toml:2:12: webhook.w.url_file: the URL in the first line of " + file_.string() +
                                    " must begin with http:// or https:// and contain no space");
    write("https://SECRET:99999/\n");
    EXPECT_EQ(plan("url_file"), "m.toml:2:12: webhook.w.url_file: the URL in the first line of " + file_.string() +
                                    " must have a port of 1 to 65535, or none");
    for (const std::string& text : {std::string("\nSECRET"), std::string("SECRET\tx"), std::string(5000, 'S')}) {
        write(text);
        const std::string error = plan("token_file");
        EXPECT_TRUE(error.ends_with("must be the secret: 1 to 4096 characters")) << error;
        EXPECT_EQ(error.find("SECRET"), std::string::npos);
    }
}

TEST_F(SecretsTest, MayBeMissingForThoseWhoOnlyReadTheConfig) {
    EXPECT_EQ(plan("token_file"),
              "m.toml:3:14: webhook.w.token_file: cannot read " + file_.string() + ": No such file or directory");
}

}  // namespace
}  // namespace mayhem::app
