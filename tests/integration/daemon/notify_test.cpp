// Notifications as the operator meets them: a daemon that restarts simulated hosts, a webhook and a command that are
// told; servers that fail, hang and are gone; and that no secret is in the log or in what the daemon says of itself.

#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "control_client.hpp"
#include "program.hpp"
#include "webhook_receiver.hpp"

namespace mayhem::testing {

namespace {

constexpr const char* url_secret = "/services/T0-URL-SECRET";
constexpr const char* token_secret = "TOKEN-SECRET-0123456789";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

class NotifyTest : public ::testing::Test {
protected:
    std::string write_secret(const std::string& name, const std::string& text) const {
        const std::string path = folder.write(name, text + "\n");
        std::filesystem::permissions(path, std::filesystem::perms{0600});
        return path;
    }

    std::string write_config(const std::string& sections) const {
        return folder.write("mayhem.toml", "dry_run = false\n" + sections +
                                               "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"200ms\"\n");
    }

    std::vector<std::string> start(const std::string& sections) const {
        return {mayhem, "run",         "-c",   write_config(sections), "--store", folder / "mayhem.db", "--socket",
                socket, "--log-level", "debug"};
    }

    std::string webhook(const webhook_receiver& to) const {
        return "[webhook.chat]\nurl_file = \"" + write_secret("url", to.url(url_secret)) + "\"\ntoken_file = \"" +
               write_secret("token", token_secret) + "\"\nbackoff = \"100ms\"\n";
    }

    const test_folder folder;
    const std::string socket = folder / "control.sock";
};

TEST_F(NotifyTest, TellsWebhooksAndHooksAndNobodyTheSecrets) {
    const webhook_receiver chat([](std::size_t number) { return empty_answer(number == 0 ? 503 : 200); });
    const std::string noted = folder / "noted";
    program daemon(start(webhook(chat) + "[hook.note]\ncommand = [\"/bin/sh\", \"-c\", 'cat >> \"$1\"', \"sh\", \"" +
                         noted + "\"]\nevents = [\"restarted\", \"halted\", \"resumed\"]\n"));
    ASSERT_TRUE(daemon.says("Recovered "));

    EXPECT_TRUE(eventually([&] { return has(chat.requests(), ": restarted cattle-"); })) << chat.requests();
    EXPECT_EQ(run({mayhem, "halt", "--why", "maintenance", "--socket", socket}).ended, "exit 0");
    EXPECT_EQ(run({mayhem, "resume", "--socket", socket}).ended, "exit 0");
    EXPECT_TRUE(eventually([&] { return has(chat.requests(), ": resumed by "); })) << chat.requests();
    EXPECT_TRUE(eventually([&] { return has(read_text(noted), "\"event\":\"resumed\""); })) << read_text(noted);
    const std::string said = get(socket, "/v1/status") + get(socket, "/v1/tasks") + get(socket, "/metrics");
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");

    EXPECT_TRUE(has(chat.requests(), "POST /services/T0-URL-SECRET HTTP/1.1")) << chat.requests();
    EXPECT_TRUE(has(chat.requests(), "Authorization: Bearer TOKEN-SECRET-0123456789")) << chat.requests();
    EXPECT_TRUE(has(chat.requests(), ": halted by ")) << chat.requests();
    EXPECT_TRUE(has(read_text(noted), "\"event\":\"halted\"")) << read_text(noted);
    EXPECT_TRUE(has(daemon.log(), "webhook 'chat': the server answered with 503; retrying in ")) << daemon.log();
    EXPECT_TRUE(has(said, "mayhem_notifications_total{kind=\"webhook\",outcome=\"sent\"} ")) << said;
    EXPECT_FALSE(has(daemon.log() + said, "SECRET")) << daemon.log() << said;
}

TEST_F(NotifyTest, AServerThatNeverAnswersHoldsUpNeitherRestartsNorTheEnd) {
    const webhook_receiver hung([](std::size_t) { return std::string(); });
    program daemon(start(webhook(hung) + "timeout = \"1m\"\n"));
    ASSERT_TRUE(daemon.says("Recovered "));
    ASSERT_TRUE(daemon.says("Done. Acked "));
    ASSERT_TRUE(eventually([&] { return has(hung.requests(), "POST "); }));

    const std::size_t said = daemon.log().size();
    EXPECT_TRUE(daemon.says("Done. Acked ", said)) << "nothing goes on while the webhook hangs";
    const auto signalled = std::chrono::steady_clock::now();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_LT(std::chrono::steady_clock::now() - signalled, std::chrono::seconds{30});
    EXPECT_TRUE(has(daemon.log(), "notifications could not be delivered, and are not repeated")) << daemon.log();
}

TEST_F(NotifyTest, AReloadDeliversWhatWaitsByTheNewSettings) {
    const webhook_receiver wrong([](std::size_t) { return empty_answer(500); });
    const webhook_receiver right([](std::size_t) { return empty_answer(200); });
    program daemon(start(webhook(wrong) + "attempts = 20\nbackoff_max = \"1h\"\n"));
    ASSERT_TRUE(eventually([&] { return has(wrong.requests(), ": restarted "); })) << daemon.log();
    const std::string waiting = wrong.requests().substr(wrong.requests().find("{\"text\""));

    (void)write_config(webhook(right));
    daemon.kill(SIGHUP);

    EXPECT_TRUE(eventually([&] { return has(right.requests(), waiting.substr(0, waiting.find('\n'))); }))
        << waiting << right.requests() << daemon.log();
    (void)write_secret("token", "");
    const std::size_t said = daemon.log().size();
    daemon.kill(SIGHUP);
    EXPECT_TRUE(daemon.says("must be the secret", said)) << daemon.log();
    EXPECT_TRUE(daemon.says("The config stays as it was", said)) << daemon.log();
}

TEST_F(NotifyTest, ATrialTellsWhetherItWorks) {
    const webhook_receiver chat([](std::size_t) { return empty_answer(200); });
    const std::string config =
        write_config(webhook(chat) + "[hook.broken]\ncommand = [\"/bin/sh\", \"-c\", \"exit 3\"]\n");

    const finished both = run({mayhem, "notify", "-c", config});
    const finished one = run({mayhem, "notify", "-c", config, "chat"});
    const finished none = run({mayhem, "notify", "-c", config, "nobody"});

    EXPECT_EQ(both.ended, "exit 1");
    EXPECT_EQ(both.out, "webhook 'chat': delivered\nhook 'broken': the command exited with status 3\n");
    EXPECT_EQ(one.ended, "exit 0");
    EXPECT_EQ(one.out, "webhook 'chat': delivered\n");
    EXPECT_EQ(none.ended, "exit 78");
    EXPECT_TRUE(has(chat.requests(), "a test of this notification; nothing has happened")) << chat.requests();
}

TEST_F(NotifyTest, ASecretThatOthersCanReadIsNoConfig) {
    const webhook_receiver chat([](std::size_t) { return empty_answer(200); });
    const std::string sections = webhook(chat);
    std::filesystem::permissions(folder / "token", std::filesystem::perms{0644});
    const std::string complaint = "mayhem.toml:4:14: webhook.chat.token_file: " + (folder / "token") +
                                  " holds a secret, but others can read it or change it: chmod 600 it";

    const finished checked = run({mayhem, "check", "-c", write_config(sections)});
    program daemon(start(sections));
    const finished planned = run(
        {mayhem, "plan", "-c", folder / "mayhem.toml", "--for", "1m", "--seed", "1", "--store", folder / "other.db"});

    EXPECT_EQ(checked.ended, "exit 78");
    EXPECT_TRUE(has(checked.log, complaint)) << checked.log;
    EXPECT_EQ(daemon.end(), "exit 78");
    EXPECT_TRUE(has(daemon.log(), complaint)) << daemon.log();
    EXPECT_EQ(planned.ended, "exit 0") << "the plan needs no secret: " << planned.log;
}

}  // namespace mayhem::testing
