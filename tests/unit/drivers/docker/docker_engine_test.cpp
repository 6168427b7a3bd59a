// Proves that every way in which an engine can fail becomes an error that says so, and that a pause outlives none of
// them, against a fake engine on a Unix socket.
#include "drivers/docker/docker_engine.hpp"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "drivers/docker/docker_driver.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/errors.hpp"
#include "support/fake_http_server.hpp"
#include "support/may_act.hpp"
#include "support/open_descriptors.hpp"
#include "support/spans_on_disk.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;
using test::fake_http_server;
using test::http_reply;
using test::reply;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

template <typename T>
async::awaitable<void> then_stop(async::awaitable<T> body, fake_http_server& server, async::settled<T>& result) {
    const async::frame here;
    co_await test::note(std::move(body), result);
    server.stop();
}

class DockerEngineTest : public ::testing::Test {
protected:
    ~DockerEngineTest() override { std::filesystem::remove_all(folder_); }

    /// What `body` comes to while the engine answers with `a`.
    template <typename T>
    async::settled<T> run(fake_http_server::answer a, async::awaitable<T> body) {
        fake_http_server server(loop_, socket_, std::move(a));
        async::settled<T> result;
        async::task_group group(loop_, "test", fail_test);
        group.spawn("body", then_stop(std::move(body), server, result));
        loop_.run();
        requests_ = server.requests();
        std::filesystem::remove(socket_);
        return result;
    }

    template <typename T>
    static std::string error_of(const async::settled<T>& result) {
        try {
            result.rethrow_if_failed();
            return "none";
        } catch (const std::exception& e) {
            return e.what();
        }
    }

    docker_driver make_driver(docker_action action, std::chrono::nanoseconds timeout = 30s) {
        docker_driver_settings settings{
            .socket = socket_, .action = action, .terms = {.length = 1ms}, .stop_timeout = 0s, .timeout = timeout};
        settings.selector.names = name_patterns({"web"});
        settings.allow_dead = action == docker_action::kill;
        return {settings, "test", pool_, [this](std::string_view text) { told_ += text; }};
    }

    const std::filesystem::path folder_ = [] {
        std::string pattern = (std::filesystem::temp_directory_path() / "mayhem-engine-XXXXXX").string();
        return std::filesystem::path(::mkdtemp(pattern.data()));
    }();
    const std::string socket_ = folder_ / "engine.sock";
    const docker_engine engine_{socket_, 30s};
    std::string told_;
    std::vector<std::string> requests_;
    async::real_clock clock_;
    async::thread_pool pool_{1, "test"};
    async::loop loop_{clock_};
    test::spans_on_disk spans_{pool_, folder_};
};

fake_http_server::answer always(reply r) {
    return [r](const std::string&) { return r; };
}

// In one line, as an engine writes it. No hexadecimal id, which the name of the group of processes that the test is in
// might contain.
const std::string web =
    R"({"Id":"web-id","Name":"/web","Config":{"Image":"i","Labels":{"mayhem.enabled":"true"}},)"
    R"("State":{"Running":true,"Paused":PAUSED,"Pid":1,"StartedAt":"t1"},"HostConfig":{"RestartPolicy":{"Name":"POLICY"}}})";

reply container_that(bool is_paused, const std::string& restart_policy = "no") {
    std::string text = web;
    text.replace(text.find("PAUSED"), 6, is_paused ? "true" : "false");
    text.replace(text.find("POLICY"), 6, restart_policy);
    return http_reply(200, text);
}

const core::target target_web{.id = "web", .incarnation = "web-id@t1", .name = "web"};
const core::target target_paused{.id = "web", .incarnation = "web-id@t1#test.0", .name = "web"};

}  // namespace

TEST_F(DockerEngineTest, SaysWhatIsWrongWithTheEngine) {
    EXPECT_THAT(error_of(run(always(http_reply(500, R"({"message":"boom"})")), engine_.list())),
                HasSubstr("cannot list the containers: " + socket_ + " answers with status 500: boom"));
    EXPECT_THAT(error_of(run(always(http_reply(200, "<html>")), engine_.list())),
                HasSubstr("no JSON; is the socket that of Docker or Podman?"));
    EXPECT_THAT(error_of(run(always({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n["}), engine_.list())),
                HasSubstr("the connection was dropped"));
    const docker_engine impatient{socket_, 1s};
    EXPECT_THAT(error_of(run(always({.bytes = "", .stays = true}), impatient.inspect("web"))),
                HasSubstr("no complete answer within 1 s"));
    EXPECT_THAT(error_of(run(always(http_reply(409, R"({"message":"is not running"})")), engine_.kill("abc", 9))),
                HasSubstr("cannot kill container abc: "));
}

TEST_F(DockerEngineTest, SaysThatTheEngineIsDown) {
    try {
        (void)run_task(loop_, engine_.list());
        ADD_FAILURE();
    } catch (const engine_error& e) {
        EXPECT_THAT(e.what(), HasSubstr("cannot connect: No such file or directory; does the server run"));
        EXPECT_FALSE(e.may_have_acted());
    }
}

TEST_F(DockerEngineTest, AMissingContainerIsNoError) {
    EXPECT_EQ(run(always(http_reply(404, "{}")), engine_.inspect("web"))->has_value(), false);
    EXPECT_EQ(*run(always(http_reply(404, "{}")), engine_.pause("web")), false);
    EXPECT_EQ(*run(always({.bytes = "HTTP/1.1 304 Not Modified\r\n\r\n"}), engine_.restart("a/b", 3s)), true);
    EXPECT_TRUE(requests_.at(0).starts_with("POST /containers/a%2Fb/restart?t=3 HTTP/1.1")) << requests_.at(0);
}

TEST_F(DockerEngineTest, AnActThatTheEngineRefusesIsAFailedRestartAndIsSentOnce) {
    for (const docker_action action : {docker_action::restart, docker_action::kill}) {
        for (const int refusal : {400, 403, 409}) {
            docker_driver driver = make_driver(action);
            int posts = 0;
            const auto answer = [&](const std::string& request) {
                posts += request.starts_with("POST") ? 1 : 0;
                return request.starts_with("POST") ? http_reply(refusal, R"({"message":"boom"})")
                                                   : container_that(false);
            };

            const auto result = run(answer, driver.restart(target_web, test::may_act));

            EXPECT_THROW(result.rethrow_if_failed(), core::restart_failed);
            EXPECT_THAT(error_of(result), HasSubstr("boom"));
            EXPECT_EQ(posts, 1);
        }
    }
}

TEST_F(DockerEngineTest, AnActInWhichTheEngineFailsMayBeDoneInPartAndIsNotRepeated) {
    for (const docker_action action : {docker_action::restart, docker_action::kill}) {
        for (const int failure : {500, 502, 504}) {
            docker_driver driver = make_driver(action);
            int posts = 0;
            const auto answer = [&](const std::string& request) {
                posts += request.starts_with("POST") ? 1 : 0;
                return request.starts_with("POST") ? http_reply(failure, R"({"message":"the port is taken"})")
                                                   : container_that(false);
            };

            const auto result = run(answer, driver.restart(target_web, test::may_act));

            ASSERT_TRUE(result.has_value()) << error_of(result);
            EXPECT_EQ(result->refused_by, std::nullopt)
                << "it counts as done: it may have been stopped and not started";
            EXPECT_TRUE(result->is_in_doubt);
            EXPECT_THAT(result->trouble, HasSubstr("was asked to " + std::string(to_string(action))));
            EXPECT_THAT(result->trouble, HasSubstr("the port is taken"));
            EXPECT_EQ(posts, 1);
        }
    }
}

TEST_F(DockerEngineTest, ACrashThatFindsNoDescriptorFreeIsAFailedRestart) {
    docker_driver driver = make_driver(docker_action::crash);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    int questions = 0;
    const auto answer = [&before, &questions](const std::string&) {
        if (++questions == 3) {  // the last one before it aims: how it is, whose engine that is, what has happened
            const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};  // the next descriptor would be the fourth
            EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
        }
        return container_that(false, "always");
    };

    const auto result = run(answer, driver.restart(target_web, test::may_act));

    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_THROW(result.rethrow_if_failed(), core::restart_failed);
    EXPECT_THAT(error_of(result), HasSubstr("cannot crash container web: "));
    EXPECT_THAT(error_of(result), HasSubstr("LimitNOFILE"));
}

TEST_F(DockerEngineTest, AnActWithoutAnAnswerMayBeDoneAndIsNotRepeated) {
    for (const docker_action action : {docker_action::restart, docker_action::kill}) {
        docker_driver driver = make_driver(action, 5s);
        for (const reply& silence : {reply{.bytes = ""}, reply{.bytes = "", .stays = true}, reply{.bytes = "what?"}}) {
            const auto answer = [&silence](const std::string& request) {
                return request.starts_with("POST") ? silence : container_that(false);
            };

            const auto result = run(answer, driver.restart(target_web, test::may_act));

            ASSERT_TRUE(result.has_value()) << error_of(result);
            EXPECT_EQ(result->refused_by, std::nullopt) << "it counts as done";
            EXPECT_THAT(result->trouble, HasSubstr("was asked to " + std::string(to_string(action))));
        }
    }
}

TEST_F(DockerEngineTest, AnActThatNeverReachedTheEngineIsAFailedRestart) {
    docker_driver driver = make_driver(docker_action::restart);
    const auto answer = [this](const std::string&) {
        std::filesystem::remove(socket_);  // the next request finds nobody
        return container_that(false);
    };

    const auto result = run(answer, driver.restart(target_web, test::may_act));

    EXPECT_THROW(result.rethrow_if_failed(), core::restart_failed);
}

TEST_F(DockerEngineTest, AnotherLifeIsLeftAlone) {
    docker_driver driver = make_driver(docker_action::restart);
    core::target older = target_web;
    older.incarnation = "web-id@t0";

    const auto result = run(always(container_that(false)), driver.restart(older, test::may_act));

    EXPECT_EQ(result->refused_by, core::guard::already_restarted);
    EXPECT_THAT(requests_, Each(StartsWith("GET"))) << "looked at, and nothing more";
}

TEST_F(DockerEngineTest, WhatHasBecomeUnhealthySinceItWasDrawnIsLeftAlone) {
    docker_driver driver = make_driver(docker_action::restart);
    std::string text = container_that(false).bytes;
    text = text.substr(text.find("\r\n\r\n") + 4);
    text.replace(text.find("\"Pid\""), 0, R"("Health":{"Status":"unhealthy"},)");

    const auto result = run(always(http_reply(200, text)), driver.restart(target_web, test::may_act));

    EXPECT_EQ(result->refused_by, core::guard::unsteady);
    EXPECT_THAT(result->trouble, HasSubstr("does not pass its health check"));
    EXPECT_THAT(requests_, Each(StartsWith("GET"))) << "looked at, and nothing more";
}

TEST_F(DockerEngineTest, APauseWhoseAnswerIsLostIsResumed) {
    docker_driver driver = make_driver(docker_action::pause);
    bool is_paused = false;
    std::vector<std::string> acts;
    const auto answer = [&](const std::string& request) -> reply {
        if (request.starts_with("GET")) {
            return container_that(is_paused);
        }
        is_paused = request.find("/pause ") != std::string::npos;
        acts.push_back(is_paused ? "pause" : "unpause");
        return is_paused ? reply{.bytes = ""} : reply{.bytes = "HTTP/1.1 204 No Content\r\n\r\n"};
    };

    const auto result = run(answer, spans_.act(driver, target_paused));

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_THAT(result->trouble, HasSubstr("the connection was dropped"));
    EXPECT_EQ(acts, (std::vector<std::string>{"pause", "unpause"}));
    EXPECT_TRUE(spans_.has_no_note());
    const auto again = run(answer, spans_.act(driver, target_paused));
    EXPECT_EQ(again->refused_by, core::guard::already_restarted) << "one pause a message";
}

TEST_F(DockerEngineTest, APauseThatComesAfterItsAnswerWasGivenUpIsResumed) {
    docker_driver driver = make_driver(docker_action::pause);
    bool was_asked = false;
    bool is_paused = false;
    int looks = 0;
    const auto answer = [&](const std::string& request) -> reply {
        if (request.find("/pause ") != std::string::npos) {
            was_asked = true;
            return {.bytes = ""};
        }
        if (request.find("/unpause ") != std::string::npos) {
            is_paused = false;
            return {.bytes = "HTTP/1.1 204 No Content\r\n\r\n"};
        }
        looks += was_asked ? 1 : 0;
        is_paused = is_paused || looks == 5;  // after the driver has looked in vain
        return container_that(is_paused);
    };
    const auto body = [](docker_driver& d, test::spans_on_disk& spans, bool& stayed) -> async::awaitable<void> {
        const async::frame here;
        const ports::act_result result = co_await spans.act(d, target_paused);
        stayed = result.is_in_doubt && !spans.has_no_note();
        async::task_group group(async::this_loop(), "keeper", fail_test);
        group.spawn("run", spans.keeper().run());
        while (!spans.has_no_note()) {
            co_await async::sleep_for(1ms);
        }
        group.cancel();
        co_await group.join();
    };
    bool stayed = false;

    (void)run(answer, body(driver, spans_, stayed));

    EXPECT_TRUE(stayed) << "what may still be paused is to stay on record";
    EXPECT_GE(looks, 5);
    EXPECT_FALSE(is_paused);
}

TEST_F(DockerEngineTest, APauseThatIsDeniedForAMomentIsResumed) {
    docker_driver driver = make_driver(docker_action::pause);
    bool was_asked = false;
    bool is_paused = false;
    int looks = 0;
    const auto answer = [&](const std::string& request) -> reply {
        if (request.starts_with("POST")) {
            is_paused = request.find("/pause ") != std::string::npos;
            was_asked = true;
            return {.bytes = "HTTP/1.1 204 No Content\r\n\r\n"};
        }
        looks += was_asked ? 1 : 0;
        return container_that(is_paused && looks > 1);
    };

    const auto result = run(answer, spans_.act(driver, target_paused));

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_FALSE(is_paused);
    EXPECT_TRUE(spans_.has_no_note());
}

TEST_F(DockerEngineTest, APauseThatCannotBeResumedIsOneAndStaysOnRecord) {
    docker_driver driver = make_driver(docker_action::pause);
    bool is_paused = false;
    const auto answer = [&](const std::string& request) -> reply {
        if (request.starts_with("POST")) {
            is_paused = true;
            return {.bytes = "HTTP/1.1 204 No Content\r\n\r\n"};
        }
        return is_paused ? http_reply(500, R"({"message":"boom"})") : container_that(false);
    };

    const auto result = run(answer, spans_.act(driver, target_paused));

    ASSERT_TRUE(result.has_value()) << error_of(result);
    EXPECT_EQ(result->refused_by, std::nullopt) << "the recovery watch sees whether it goes on";
    ASSERT_TRUE(result->span);
    EXPECT_THAT(result->span->stuck, HasSubstr("container web may still be paused: "));
    EXPECT_TRUE(std::filesystem::exists(spans_.file_of_pause("web-id")));
}

TEST_F(DockerEngineTest, ATroubledEngineSaysNothingOfTheRecoveryAndIsToldOnce) {
    docker_driver driver = make_driver(docker_action::restart);

    EXPECT_FALSE(run(always({.bytes = "nonsense"}), driver.successor(target_web)).has_value());
    EXPECT_THAT(told_, HasSubstr("cannot see whether container web has recovered"));
    const std::string once = told_;
    EXPECT_FALSE(run(always({.bytes = "nonsense"}), driver.successor(target_web)).has_value());
    EXPECT_EQ(told_, once);
}

}  // namespace mayhem::drivers
