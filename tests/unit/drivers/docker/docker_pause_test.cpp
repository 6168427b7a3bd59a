// Proves when a pause begins and when it ends, that nothing is left of one that did not begin, and that what the engine
// says of it is not taken for more than it is: against a fake engine, on virtual time.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "drivers/docker/docker_driver.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/errors.hpp"
#include "support/failed_restart.hpp"
#include "support/fake_http_server.hpp"
#include "support/may_act.hpp"
#include "support/spans_on_disk.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;
using test::error_of;
using test::fake_http_server;
using test::http_reply;
using test::reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

using texts = std::vector<std::string>;

/// One container, "web", that can be paused; and what was done to it, each with the seconds since the test began.
struct fake_engine {
    const async::clock& clock;
    const async::clock::time_point began = clock.now();
    bool is_paused = false;
    std::string pause_answer;  ///< a status instead of the pause; empty: it is paused
    texts acts;
    std::function<void()> on_pause = [] {};  ///< while the request is under way

    reply answer(const std::string& request) {
        if (request.starts_with("GET /events")) {
            return http_reply(200, "");
        }
        if (request.starts_with("GET")) {
            return http_reply(200, R"({"Id":"web-id","Name":"/web","Config":{"Labels":{"mayhem.enabled":"true"}},
                "State":{"Running":true,"Paused":)" +
                                       std::string(is_paused ? "true" : "false") +
                                       R"(,"Pid":1,"StartedAt":"t1"},"HostConfig":{}})");
        }
        const bool pauses = request.find("/pause ") != std::string::npos;
        acts.push_back((pauses ? "pause " : "unpause ") +
                       std::to_string(std::chrono::floor<std::chrono::seconds>(clock.now() - began).count()));
        if (pauses) {
            on_pause();
        }
        if (pauses && !pause_answer.empty()) {
            return http_reply(std::stoi(pause_answer), R"({"message":"the freezer is broken"})");
        }
        is_paused = pauses;
        return {.bytes = "HTTP/1.1 204 No Content\r\n\r\n"};
    }
};

/// Says what the test says, when it is asked.
class told_answer final : public ports::go_ahead {
public:
    std::function<bool()> is_halted = [] { return false; };
    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override {
        return is_halted() ? std::optional(core::guard::halted) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> must_end() const override {
        return is_halted() ? std::optional<std::string>("alice has halted it") : std::nullopt;
    }
};

async::awaitable<void> act_then_stop(test::spans_on_disk& spans, docker_driver& d, core::target t,
                                     const ports::go_ahead& may_act, fake_http_server& server,
                                     async::settled<ports::act_result>& result) {
    const async::frame here;
    co_await test::note(spans.act(d, t, may_act), result);
    server.stop();
}

async::awaitable<void> do_at(std::chrono::nanoseconds when, std::function<void()> what) {
    const async::frame here;
    co_await async::sleep_for(when);
    what();
}

class DockerPauseTest : public ::testing::Test {
protected:
    ~DockerPauseTest() override { std::filesystem::remove_all(folder_); }

    async::settled<ports::act_result> pause() {
        fake_http_server server(loop_, socket_, [this](const std::string& r) { return engine_.answer(r); });
        async::settled<ports::act_result> result;
        async::task_group others(loop_, "others", fail_test);
        async::task_group group(loop_, "test", fail_test);
        acting_ = &group;
        for (const auto& [when, what] : plans_) {
            others.spawn("plan", do_at(when, [&what, &group] { what(group); }));
        }
        group.spawn("body", act_then_stop(spans_, driver_, target_, may_act_, server, result));
        loop_.run();
        std::filesystem::remove(socket_);
        plans_.clear();
        acting_ = nullptr;
        return result;
    }

    void at(std::chrono::nanoseconds when, std::function<void(async::task_group&)> what) {
        plans_.emplace_back(when, std::move(what));
    }

    [[nodiscard]] bool is_noted() const { return std::filesystem::exists(note_); }
    [[nodiscard]] bool is_nothing_left() const { return spans_.has_no_note(); }

    const std::filesystem::path folder_ = [] {
        std::string pattern = (std::filesystem::temp_directory_path() / "mayhem-pause-XXXXXX").string();
        return std::filesystem::path(::mkdtemp(pattern.data()));
    }();
    const std::string socket_ = folder_ / "engine.sock";
    const std::filesystem::path notes_ = folder_ / "spans";
    const std::filesystem::path note_ = notes_ / "pause.web-id.json";
    const core::target target_{.id = "web", .incarnation = "web-id@t1#test.0", .name = "web"};
    std::string told_;
    told_answer may_act_;
    async::task_group* acting_ = nullptr;
    std::vector<std::pair<std::chrono::nanoseconds, std::function<void(async::task_group&)>>> plans_;
    async::virtual_clock clock_;
    fake_engine engine_{.clock = clock_, .pause_answer = {}, .acts = {}};
    async::thread_pool pool_{1, "test"};
    async::loop loop_{clock_};
    test::spans_on_disk spans_{pool_, folder_, [this](std::string_view text) { told_ += text; }};
    docker_driver driver_ = [this] {
        docker_driver_settings settings{.socket = socket_, .action = docker_action::pause, .terms = {.length = 1h}};
        settings.selector.names = name_patterns({"web"});
        return docker_driver{settings, "test", pool_, [](std::string_view) {}};
    }();
};

}  // namespace

TEST_F(DockerPauseTest, StandsForItsTimeAndIsResumed) {
    bool was_noted = false;
    at(30min, [&](async::task_group&) { was_noted = is_noted(); });

    const auto result = pause();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->refused_by, std::nullopt);
    EXPECT_EQ(result->remark, nullptr);
    EXPECT_THAT(engine_.acts, ElementsAre("pause 0", "unpause 3600"));
    EXPECT_TRUE(was_noted);
    EXPECT_TRUE(is_nothing_left());
}

TEST_F(DockerPauseTest, AHaltEndsItWithinASecond) {
    bool is_halted = false;
    may_act_.is_halted = [&] { return is_halted; };
    at(12s, [&](async::task_group&) { is_halted = true; });

    const auto result = pause();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->refused_by, std::nullopt) << "it was paused, and that goes on record";
    EXPECT_THAT(engine_.acts, ElementsAre("pause 0", "unpause 12"));
    ASSERT_TRUE(result->remark);
    EXPECT_THAT(*result->remark, HasSubstr("its pause was ended after 12"));
    EXPECT_THAT(*result->remark, HasSubstr(" of 1 h: alice has halted it"));
    EXPECT_THAT(told_, HasSubstr("The pause of container web is ended after 12"));
    EXPECT_TRUE(is_nothing_left());
}

TEST_F(DockerPauseTest, AHaltWhileItIsPutOnRecordLeavesTheContainerAlone) {
    may_act_.is_halted = [this] { return is_noted(); };

    const auto result = pause();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->refused_by, core::guard::halted);
    EXPECT_THAT(engine_.acts, IsEmpty());
    EXPECT_TRUE(is_nothing_left());
    may_act_.is_halted = [] { return false; };
    const auto again = pause();
    EXPECT_EQ(again->refused_by, std::nullopt) << "it is still that life, which nobody has touched";
}

TEST_F(DockerPauseTest, ACancellationEndsItAtOnceAndTheRecordSaysSo) {
    at(20s, [](async::task_group& group) { group.cancel(); });

    const auto result = pause();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_THAT(engine_.acts, ElementsAre("pause 0", "unpause 20"));
    ASSERT_TRUE(result->remark);
    EXPECT_THAT(*result->remark, HasSubstr("ended after 20 s of 1 h: Mayhem is told to end"));
}

TEST_F(DockerPauseTest, ACancellationWhileTheEngineIsAskedLeavesNothingPaused) {
    engine_.on_pause = [this] { acting_->cancel(); };

    const auto result = pause();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_THAT(engine_.acts, ElementsAre("pause 0", "unpause 0"));
    EXPECT_FALSE(engine_.is_paused);
    EXPECT_TRUE(is_nothing_left());
}

TEST_F(DockerPauseTest, WithoutARecordNothingIsPausedAndTheNextAttemptMayPause) {
    std::filesystem::create_directory(notes_);
    std::filesystem::create_symlink("/dev/full", note_.string() + ".new");

    const auto result = pause();

    EXPECT_THAT(error_of(result), HasSubstr("container web is not paused: "));
    EXPECT_THAT(error_of(result), HasSubstr(note_.string()));
    EXPECT_THAT(error_of(result), HasSubstr("No space left on device; make room there"));
    EXPECT_THAT(engine_.acts, IsEmpty());
    EXPECT_TRUE(is_nothing_left());
    const auto again = pause();
    ASSERT_TRUE(again.has_value()) << error_of(again);
    EXPECT_EQ(again->refused_by, std::nullopt);
}

TEST_F(DockerPauseTest, AFolderThatCannotBeMadeIsAFailedRestart) {
    std::ofstream(notes_).close();

    const auto result = pause();

    EXPECT_THAT(error_of(result), HasSubstr("container web is not paused: "));
    EXPECT_THAT(error_of(result), HasSubstr(notes_.string()));
    EXPECT_THAT(engine_.acts, IsEmpty());
}

TEST_F(DockerPauseTest, WhatSomebodyElseHasPausedMeanwhileIsNotResumed) {
    engine_.pause_answer = "409";
    may_act_.is_halted = [this] {
        engine_.is_paused = true;  // between the look and the act
        return false;
    };

    const auto result = pause();

    EXPECT_THAT(error_of(result), HasSubstr("the freezer is broken"));
    EXPECT_THAT(engine_.acts, ElementsAre("pause 0"));
    EXPECT_TRUE(engine_.is_paused);
    EXPECT_TRUE(is_nothing_left());
}

TEST_F(DockerPauseTest, AnEngineThatFailsAndDoesNotShowItPausedHasNotPausedIt) {
    engine_.pause_answer = "500";

    const auto result = pause();

    EXPECT_THAT(error_of(result), HasSubstr("the freezer is broken"));
    EXPECT_THAT(engine_.acts, ElementsAre("pause 0"));
    EXPECT_TRUE(is_noted()) << "it may still come: the keeper looks after it for a while";
    may_act_.is_halted = [] { return true; };
    EXPECT_EQ(pause()->refused_by, core::guard::halted);
    EXPECT_TRUE(is_noted()) << "also when another one did not begin";
    may_act_.is_halted = [] { return false; };
    engine_.pause_answer.clear();
    const auto again = pause();
    ASSERT_TRUE(again.has_value()) << error_of(again);
    EXPECT_EQ(again->refused_by, std::nullopt) << "the next attempt may";
}

TEST_F(DockerPauseTest, AnEngineThatFailsAndShowsItPausedHasPausedIt) {
    engine_.pause_answer = "500";
    may_act_.is_halted = [this] {
        engine_.is_paused = true;  // by the request that follows, whose answer is that it failed
        return false;
    };

    const auto result = pause();

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->refused_by, std::nullopt);
    EXPECT_FALSE(result->is_in_doubt);
    EXPECT_THAT(result->trouble, HasSubstr("the freezer is broken"));
    EXPECT_THAT(engine_.acts, ElementsAre("pause 0", "unpause 0"));
    EXPECT_TRUE(is_nothing_left());
}

}  // namespace mayhem::drivers
