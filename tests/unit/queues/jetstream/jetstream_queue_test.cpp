// Proves what is said to JetStream and when, on virtual time: a lease that nobody confirms in time is lost, an ack
// counts when it was heard, and what is pulled for nobody goes back.
#include "queues/jetstream/jetstream_queue.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// A server in memory, as far as the queue speaks to it.
class fake_wire final : public nats_wire {
public:
    bool is_connected_now = true;
    bool is_mute = false;  ///< hears, and answers nothing
    bool has_stream = true;
    bool has_consumer = false;
    std::deque<std::string> bodies;  ///< to be pulled
    std::vector<std::string> sent;   ///< "SUBJECT DATA"

    async::awaitable<bool> publish(std::string subject, std::string reply, std::string data, std::string id) override {
        const async::frame here;
        (void)id;
        if (!is_connected_now) {
            co_return false;
        }
        sent.push_back(data.empty() ? subject : subject + ' ' + data);
        if (!is_mute && !reply.empty()) {
            answer(subject, reply);
        }
        co_return true;
    }
    async::awaitable<void> run(receiver on_message, std::function<void()> on_change) override {
        const async::frame here;
        on_message_ = std::move(on_message);
        on_change_ = std::move(on_change);
        on_change_();
        async::event never;
        co_await never.wait();
    }
    [[nodiscard]] bool is_connected() const noexcept override { return is_connected_now && on_message_; }
    [[nodiscard]] const std::string& trouble() const noexcept override { return trouble_; }
    [[nodiscard]] const std::string& inbox() const noexcept override { return inbox_; }

    void connect(bool is) {
        is_connected_now = is;
        on_change_();
    }
    /// A request comes, whoever waits.
    void push(std::string body) {
        on_message_({.inbox = "mayhem.requests.web-1",
                     .reply = "$JS.ACK.MAYHEM.c.1." + std::to_string(++sequence_) + ".1.1.0",
                     .data = std::move(body),
                     .status = 0,
                     .status_text = {}});
    }
    [[nodiscard]] std::vector<std::string> said(const std::string& text) const {
        std::vector<std::string> found;
        std::ranges::copy_if(sent, std::back_inserter(found),
                             [&](const std::string& line) { return line.find(text) != std::string::npos; });
        return found;
    }

private:
    void reply_with(const std::string& inbox, std::string data, int status = 0) {
        on_message_({.inbox = inbox, .reply = {}, .data = std::move(data), .status = status, .status_text = {}});
    }
    void answer(const std::string& subject, const std::string& reply) {
        const auto error = [](int code, const std::string& text) {
            return R"({"error":{"code":404,"err_code":)" + std::to_string(code) + R"(,"description":")" + text +
                   R"("}})";
        };
        const std::string consumer =
            R"({"config":{"ack_policy":"explicit","ack_wait":30000000000,"max_deliver":-1,"filter_subject":"mayhem.requests.web-1"}})";
        if (subject.starts_with("$JS.API.CONSUMER.INFO")) {
            reply_with(reply, !has_stream     ? error(10059, "stream not found")
                              : !has_consumer ? error(10014, "consumer not found")
                                              : consumer);
        } else if (subject.starts_with("$JS.API.CONSUMER.DURABLE.CREATE")) {
            has_consumer = true;
            reply_with(reply, consumer);
        } else if (subject.starts_with("$JS.API.STREAM.CREATE")) {
            reply_with(reply, has_stream ? error(10058, "stream name already in use") : R"({"config":{}})");
            has_stream = true;
        } else if (subject.starts_with("$JS.API.CONSUMER.MSG.NEXT")) {
            if (!bodies.empty()) {
                push(std::move(bodies.front()));
                bodies.pop_front();
            }
        } else if (subject.starts_with("$JS.ACK")) {
            reply_with(reply, "");
        } else if (has_stream) {
            reply_with(reply, R"({"stream":"MAYHEM","seq":1})");
        } else {
            reply_with(reply, "", 503);
        }
    }

    receiver on_message_;
    std::function<void()> on_change_;
    std::string trouble_;
    const std::string inbox_ = "_INBOX.t";
    int sequence_ = 0;
};

class JetstreamQueueTest : public ::testing::Test {
protected:
    JetstreamQueueTest() {
        auto made = std::make_unique<fake_wire>();
        wire = made.get();
        queue.emplace(loop.loop,
                      jetstream_settings{.servers = {"nats://127.0.0.1"}, .dead_letter = "mayhem.dead", .lease = 30s},
                      "web-1", std::move(made));
    }

    void run(std::function<async::awaitable<void>()> body) { loop.run(live(std::move(body))); }

    async::awaitable<void> live(std::function<async::awaitable<void>()> body) {
        const async::frame here;
        async::task_group beside(loop.loop, "beside",
                                 [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
        beside.spawn("queue", queue->run());
        std::string failure;
        try {
            co_await body();
        } catch (const std::exception& e) {
            failure = e.what();
        }
        EXPECT_EQ(failure, "");
        beside.cancel();
        co_await beside.join();
    }

    fake_wire* wire = nullptr;
    std::optional<jetstream_queue> queue;
    test::virtual_loop loop;
};

TEST_F(JetstreamQueueTest, MakesItsConsumerAndPullsOneRequestAtATime) {
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        wire->bodies = {"one", "two"};
        const ports::asked_request first = co_await queue->receive();
        const bool heard = co_await queue->ack(first.lease);

        EXPECT_EQ(first.body, "one");
        EXPECT_EQ(first.name, "MAYHEM/1");
        EXPECT_TRUE(heard);
        EXPECT_EQ(wire->bodies.size(), 1U);
    });
    EXPECT_THAT(wire->sent, Contains(StartsWith("$JS.API.CONSUMER.DURABLE.CREATE.MAYHEM.mayhem-web-1 ")));
    EXPECT_THAT(wire->sent, Contains("$JS.ACK.MAYHEM.c.1.1.1.1.0 +ACK"));
    EXPECT_EQ(queue->trouble(), "");
}

TEST_F(JetstreamQueueTest, F13_AnExtensionIsAQuestionThatIsAnswered) {
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        wire->bodies = {"one"};
        const ports::asked_request r = co_await queue->receive();
        co_await async::sleep_for(20s);
        const std::vector held{r.lease};
        const std::vector<ports::lease> lost = co_await queue->extend(held);
        co_await async::sleep_for(20s);
        const bool heard = co_await queue->ack(r.lease);

        EXPECT_TRUE(lost.empty());
        EXPECT_TRUE(heard) << "40 s after a lease of 30 s began";
    });
    EXPECT_THAT(wire->said("+WPI"), ElementsAre("$JS.ACK.MAYHEM.c.1.1.1.1.0 +WPI"));
}

TEST_F(JetstreamQueueTest, ALeaseIsLostWhenNobodyHasConfirmedItInTime) {
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        wire->bodies = {"one"};
        const ports::asked_request r = co_await queue->receive();
        wire->is_mute = true;
        const async::clock::time_point began = loop.loop.now();
        co_await async::sleep_for(10s);
        const std::vector held{r.lease};
        const std::vector<ports::lease> lost = co_await queue->extend(held);

        EXPECT_THAT(lost, ElementsAre(r.lease));
        EXPECT_GE(loop.loop.now() - began, 30s);
        EXPECT_LE(loop.loop.now() - began, 33s);
        const bool heard = co_await queue->ack(r.lease);
        EXPECT_FALSE(heard);
    });
    EXPECT_GT(wire->said("+WPI").size(), 3U);
}

TEST_F(JetstreamQueueTest, AnAckIsSaidAgainUntilItIsHeardOrTheLeaseIsOver) {
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        wire->bodies = {"one"};
        const ports::asked_request r = co_await queue->receive();
        wire->connect(false);
        async::task_group later(loop.loop, "later", [](const async::task_failure&) {});
        later.spawn("connect", [](fake_wire& w) -> async::awaitable<void> {
            const async::frame here_too;
            co_await async::sleep_for(12s);
            w.connect(true);
        }(*wire));
        const bool heard = co_await queue->ack(r.lease);
        EXPECT_TRUE(heard);
        co_await later.join();
    });
    EXPECT_EQ(wire->said("+ACK").size(), 1U);
}

TEST_F(JetstreamQueueTest, WhatIsPulledForOneWhoDoesNotWaitAnyMoreGoesBackAtOnce) {
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        (void)co_await async::with_timeout(queue->receive(), 1s);
        wire->push("late");
        co_await async::sleep_for(1s);
    });
    EXPECT_THAT(wire->said("-NAK"), ElementsAre("$JS.ACK.MAYHEM.c.1.1.1.1.0 -NAK"));
}

TEST_F(JetstreamQueueTest, ADeadLetterIsKeptBeforeItsRequestEnds) {
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        wire->bodies = {"bad"};
        const ports::asked_request r = co_await queue->receive();
        const bool heard = co_await queue->dead_letter(r.lease, "it is no request");
        EXPECT_TRUE(heard);
    });
    const auto kept = std::ranges::find_if(wire->sent, [](const auto& l) { return l.starts_with("mayhem.dead "); });
    const auto ended = std::ranges::find_if(wire->sent, [](const auto& l) { return l.ends_with("+TERM"); });
    ASSERT_NE(kept, wire->sent.end());
    ASSERT_NE(ended, wire->sent.end());
    EXPECT_LT(kept, ended);
    EXPECT_THAT(*kept, HasSubstr(R"("reason":"it is no request","request":"bad")"));
}

TEST_F(JetstreamQueueTest, WhatNobodyKeepsAsideIsNotEnded) {
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        wire->bodies = {"bad"};
        const ports::asked_request r = co_await queue->receive();
        wire->has_stream = false;
        const bool heard = co_await queue->dead_letter(r.lease, "it is no request");
        EXPECT_FALSE(heard);
    });
    EXPECT_TRUE(wire->said("+TERM").empty());
    EXPECT_THAT(queue->trouble(), HasSubstr("nothing keeps what is sent to mayhem.dead"));
}

TEST_F(JetstreamQueueTest, SaysWhatIsMissingAndGoesOnOnceItIsThere) {
    wire->has_stream = false;
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        (void)co_await async::with_timeout(queue->receive(), 30s);
        EXPECT_EQ(queue->trouble(), "there is no stream MAYHEM: \"mayhem request --prepare\" makes it");
        const std::string made = co_await queue->prepare();
        EXPECT_EQ(made, "stream MAYHEM");
        wire->bodies = {"one"};
        const auto r = co_await async::with_timeout(queue->receive(), 30s);
        EXPECT_TRUE(r.has_value());
    });
    EXPECT_EQ(queue->trouble(), "");
}

TEST_F(JetstreamQueueTest, ARequestIsPublishedWhereItsHostReads) {
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        co_await queue->publish("db-1", "deploy-7", "{}");
    });
    EXPECT_THAT(wire->sent, Contains("mayhem.requests.db-1 {}"));
}

TEST_F(JetstreamQueueTest, APublisherIsToldWhenNothingKeepsHisRequest) {
    wire->has_stream = false;
    std::string why;
    run([&]() -> async::awaitable<void> {
        const async::frame here;
        try {
            co_await queue->publish("db-1", "deploy-7", "{}");
        } catch (const std::runtime_error& e) {
            why = e.what();
        }
    });
    EXPECT_THAT(why, HasSubstr("no stream keeps what is sent to mayhem.requests.db-1"));
}

}  // namespace
}  // namespace mayhem::queues
