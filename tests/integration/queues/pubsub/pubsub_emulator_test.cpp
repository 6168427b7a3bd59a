// Proves with Google's emulator of Pub/Sub that a request goes its whole way: made, published, received by its host
// alone, kept beyond its deadline, given back and received again, lost when nobody extends it, settled for ever, kept
// aside; and that nothing breaks when the emulator dies. The emulator differs from the service: it keeps filters
// and does not apply them, has no quota, knows no one who may not, and names no ack ids that failed.
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "http/send.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "queues/pubsub/pubsub_queue.hpp"
#include "support/note.hpp"
#include "support/server_process.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds lease_length{4};  // the service wants 10 at least
constexpr std::chrono::seconds soon{20};

template <typename T>
async::awaitable<void> note_and_stop(async::awaitable<T> operation, async::settled<T>& end) {
    const async::frame here;
    co_await test::note(std::move(operation), end);
    async::this_loop().stop();
}

class PubsubEmulatorTest : public ::testing::Test {
protected:
    /// What `operation` returns; nothing if it has not ended within `limit`.
    template <typename Operation>
    std::optional<typename async::settled<typename Operation::value_type>::value_type> within(
        async::clock::duration limit, Operation operation) {
        async::settled<std::optional<typename async::settled<typename Operation::value_type>::value_type>> end;
        running_.spawn("operation", note_and_stop(async::with_timeout(std::move(operation), limit), end));
        loop_.run();
        return std::move(end).get();
    }
    void SetUp() override {
        if (*MAYHEM_PUBSUB_EMULATOR == '\0' || !std::filesystem::exists(MAYHEM_PUBSUB_EMULATOR)) {
            GTEST_SKIP() << "no Pub/Sub emulator: install google-cloud-cli-pubsub-emulator and Java, or set "
                            "-DMAYHEM_PUBSUB_EMULATOR=.../cloud-pubsub-emulator";
        }
        for (int tries = 0; tries < 3 && !is_up_; ++tries) {
            const std::string port = test::free_loopback_port();
            endpoint_ = "http://127.0.0.1:" + port;
            emulator_.emplace(std::vector<std::string>{MAYHEM_PUBSUB_EMULATOR, "--host=127.0.0.1", "--port=" + port},
                              log_);
            for (int looks = 0; looks < 300 && !is_up_ && !emulator_->has_ended(); ++looks) {
                is_up_ = !within(1s, look_at("topics")).value_or("").empty();
            }
        }
        ASSERT_TRUE(is_up_) << "the emulator does not start: see " << log_;
    }
    ~PubsubEmulatorTest() override {
        running_.cancel();
        loop_.run();
        if (!HasFailure()) {
            std::filesystem::remove(log_);
        }
    }

    void sleep(async::clock::duration length) { (void)within(length, forever()); }

    pubsub_queue& open(const std::string& subscription, const std::string& host, const std::string& topic = "mayhem") {
        queues_.push_back(std::make_unique<pubsub_queue>(loop_,
                                                         pubsub_settings{.project = "mayhem-test",
                                                                         .subscription = subscription,
                                                                         .topic = topic,
                                                                         .dead_letter_topic = "mayhem-dead",
                                                                         .endpoint = endpoint_,
                                                                         .lease = lease_length},
                                                         host, core::random_source(1)));
        running_.spawn("run", queues_.back()->run());
        return *queues_.back();
    }

    /// What the emulator says of "topics" or "subscriptions/NAME"; nothing: nobody answers.
    async::awaitable<std::string> look_at(std::string what) {
        const async::frame here;
        std::string told;
        try {
            http::response r =
                co_await http::send({.url = endpoint_ + "/v1/projects/mayhem-test/" + what, .timeout = 500ms});
            told = std::move(r.body);
        } catch (const http::request_failed&) {
            // because it is not up yet, or any more
        }
        if (told.empty()) {
            co_await async::sleep_for(100ms);
        }
        co_return told;
    }

    std::optional<test::server_process> emulator_;

private:
    static async::awaitable<void> forever() {
        const async::frame here;
        co_await async::sleep_for(1h);
    }
    const std::string log_ =
        (std::filesystem::temp_directory_path() / ("mayhem-pubsub-emulator-" + std::to_string(::getpid()) + ".log"))
            .string();
    std::string endpoint_;
    bool is_up_ = false;
    async::real_clock clock_;
    async::loop loop_{clock_};
    std::vector<std::unique_ptr<pubsub_queue>> queues_;
    async::task_group running_{loop_, "test", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); }};
};

TEST_F(PubsubEmulatorTest, ARequestGoesItsWholeWay) {
    pubsub_queue& web = open("mayhem-{host}", "web.1");
    pubsub_queue& twin = open("mayhem-{host}", "web.1");
    pubsub_queue& db = open("mayhem-{host}", "db.2");

    // What is needed is made, once.
    EXPECT_EQ(within(soon, web.prepare()),
              "topic mayhem of project mayhem-test, topic mayhem-dead of project mayhem-test, subscription "
              "mayhem-web.1 of project mayhem-test");
    EXPECT_EQ(within(soon, twin.prepare()), "");
    EXPECT_EQ(within(soon, db.prepare()), "subscription mayhem-db.2 of project mayhem-test");

    const nlohmann::json made = nlohmann::json::parse(within(soon, look_at("subscriptions/mayhem-db.2")).value());
    EXPECT_EQ(made["filter"], "attributes.host = \"db.2\"");
    EXPECT_EQ(made["enableExactlyOnceDelivery"], true);
    EXPECT_EQ(made["ackDeadlineSeconds"], lease_length.count());
    EXPECT_TRUE(made["expirationPolicy"].empty());

    // It comes to its host.
    ASSERT_TRUE(within(soon, db.publish("web.1", "17", "{\"id\":\"17\",\"\xc3\xa4\":0}")));
    std::optional<ports::asked_request> got = within(soon, web.receive());
    ASSERT_TRUE(got);
    EXPECT_EQ(got->body, "{\"id\":\"17\",\"\xc3\xa4\":0}");
    EXPECT_EQ(web.trouble(), "");

    // Extended, it stays ours beyond its deadline; the twin waits in vain, and pulls on.
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(within(lease_length / 2, twin.receive()));
        const std::vector<ports::lease> held{got->lease};
        EXPECT_EQ(within(soon, web.extend(held)), std::vector<ports::lease>{});
    }

    // Given back, it goes to whoever waits: the twin's pull, for which nobody waits any more, gives it back as well.
    EXPECT_EQ(within(soon, web.nack(got->lease, 0s)), true);
    const std::string name = got->name;
    got = within(soon, web.receive());
    ASSERT_TRUE(got);
    EXPECT_EQ(got->name, name);

    // Nobody extends it: it is lost, and comes again.
    sleep(lease_length + 1s);
    const std::vector<ports::lease> lost{got->lease};
    EXPECT_EQ(within(soon, web.extend(lost)), lost);
    EXPECT_EQ(within(soon, web.ack(got->lease)), false);
    got = within(soon, web.receive());
    ASSERT_TRUE(got);
    EXPECT_EQ(got->name, name);

    // Settled, it never comes again.
    EXPECT_EQ(within(soon, web.ack(got->lease)), true);
    EXPECT_FALSE(within(lease_length * 2 + 2s, web.receive()));

    // What is given up is kept aside, and settled.
    pubsub_queue& dead = open("mayhem-dead-{host}", "web.1", "mayhem-dead");
    ASSERT_TRUE(within(soon, dead.prepare()));
    ASSERT_TRUE(within(soon, web.publish("web.1", "18", "what?")));
    got = within(soon, web.receive());
    ASSERT_TRUE(got);
    EXPECT_EQ(within(soon, web.dead_letter(got->lease, "it is no JSON")), true);
    const std::optional<ports::asked_request> kept = within(soon, dead.receive());
    ASSERT_TRUE(kept);
    EXPECT_EQ(nlohmann::json::parse(kept->body),
              (nlohmann::json{{"from", got->name}, {"reason", "it is no JSON"}, {"request", "what?"}}));
    EXPECT_FALSE(within(lease_length + 1s, web.receive()));

    // The emulator dies: it is told, and nothing else happens.
    emulator_->signal(SIGKILL);
    EXPECT_FALSE(within(3s, web.receive()));
    EXPECT_THAT(web.trouble(), ::testing::HasSubstr("cannot connect"));
}

}  // namespace
}  // namespace mayhem::queues
