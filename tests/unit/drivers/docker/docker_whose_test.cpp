// Proves what the docker driver makes of what an engine tells of a container: who is at it before an act, whose doing
// it is that it does not stand after one; and that an engine which is slow, talks nonsense or goes away in the middle
// of a look around is a clear word and no act. Against a fake engine on a Unix socket.
#include <cstdlib>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "drivers/docker/docker_driver.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/errors.hpp"
#include "support/fake_http_server.hpp"
#include "support/may_act.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::fake_http_server;
using test::http_reply;
using test::reply;
using ::testing::HasSubstr;

template <typename T>
async::awaitable<void> then_stop(async::awaitable<T> body, fake_http_server& server, async::settled<T>& result) {
    const async::frame here;
    co_await test::note(std::move(body), result);
    server.stop();
}

json container_json(const std::string& name, const std::string& started_at = "2026-11-30T05:00:00Z") {
    return {{"Id", name + "-id"},
            {"Name", "/" + name},
            {"Config", {{"Image", "i"}, {"Labels", {{"mayhem.enabled", "true"}}}}},
            {"State", {{"Status", "running"}, {"Running", true}, {"Pid", 1}, {"StartedAt", started_at}}},
            {"HostConfig", {{"RestartPolicy", {{"Name", "always"}}}}}};
}

std::string event(const std::string& action, const std::string& signal = "") {
    return json{{"Type", "container"}, {"Action", action}, {"Actor", {{"Attributes", {{"signal", signal}}}}}}.dump() +
           '\n';
}

/// What an engine knows, and answers.
struct engine_state {
    std::map<std::string, json> containers;  ///< by name
    std::string events;
    int events_status = 200;
    std::string server = "Docker/20.10.24 (linux)";
    std::vector<std::string> posts;

    reply answer(const std::string& request) {
        reply r = answer_anonymously(request);
        r.bytes.insert(r.bytes.find("\r\n") + 2, "Server: " + server + "\r\n");
        return r;
    }

    reply answer_anonymously(const std::string& request) {
        const std::string path = request.substr(request.find(' ') + 1, request.find(" HTTP") - request.find(' ') - 1);
        if (request.starts_with("POST")) {
            posts.push_back(path);
            return {.bytes = "HTTP/1.1 204 No Content\r\n\r\n"};
        }
        if (path == "/_ping") {
            return http_reply(200, "OK");
        }
        if (path.starts_with("/events")) {
            return http_reply(events_status, events);
        }
        if (path == "/containers/json") {
            json list = json::array();
            for (const auto& [name, c] : containers) {
                list.push_back({{"Id", c["Id"]}, {"Names", {"/" + name}}, {"Labels", c["Config"]["Labels"]}});
            }
            return http_reply(200, list.dump());
        }
        for (const auto& [name, c] : containers) {
            if (path == "/containers/" + name + "/json" ||
                path == "/containers/" + c["Id"].get<std::string>() + "/json") {
                return http_reply(200, c.dump());
            }
        }
        return http_reply(404, "{}");
    }
};

class DockerWhoseTest : public ::testing::Test {
protected:
    ~DockerWhoseTest() override { std::filesystem::remove_all(folder_); }

    template <typename T>
    async::settled<T> run(async::awaitable<T> body, fake_http_server::answer a = {}) {
        fake_http_server server(
            loop_, socket_, a ? std::move(a) : [this](const std::string& r) { return engine_.answer(r); });
        async::settled<T> result;
        async::task_group group(loop_, "test", fail_test);
        group.spawn("body", then_stop(std::move(body), server, result));
        loop_.run();
        requests_ = server.requests();
        std::filesystem::remove(socket_);
        return result;
    }

    docker_driver make_driver(docker_action action = docker_action::restart, std::chrono::nanoseconds timeout = 30s) {
        docker_driver_settings settings{.socket = socket_, .action = action, .timeout = timeout};
        settings.selector.names = name_patterns({"web*"});
        return {settings, "test", pool_, [this](std::string_view text) { told_ += text; }};
    }

    json& web() { return engine_.containers["web"]; }

    void expect_busy(const std::string& why) {
        docker_driver driver = make_driver();
        const auto result = run(driver.restart(target_, test::may_act));
        ASSERT_TRUE(result.has_value());
        EXPECT_EQ(result->refused_by, core::guard::busy);
        EXPECT_THAT(result->trouble, HasSubstr("container web: " + why));
        EXPECT_TRUE(engine_.posts.empty());
    }

    /// What an act has cost: requests, and round trips. An engine that takes its time for each answer tells them apart:
    /// what comes before the first of them is answered is of the same one.
    struct cost {
        std::size_t requests = 0;
        std::size_t round_trips = 0;
        friend bool operator==(const cost&, const cost&) = default;
    };
    cost cost_of(docker_driver& d) {
        constexpr std::chrono::milliseconds takes{150};
        cost c;
        async::clock::time_point round{};
        const auto result = run(d.restart(target_, test::may_act), [&](const std::string& r) {
            if (c.round_trips == 0 || clock_.now() >= round + takes) {
                ++c.round_trips;
                round = clock_.now();
            }
            reply answer = engine_.answer(r);
            answer.after = takes;
            return answer;
        });
        EXPECT_EQ(result->refused_by, std::nullopt) << result->trouble;
        c.requests = requests_.size();
        return c;
    }

    /// Why the driver says that it is somebody else's after the act; empty: it is not.
    std::string taken_over() {
        docker_driver driver = make_driver();
        return core::why_taken_over(run(driver.afterwards()->departure_of(target_))->end);
    }

    /// It was started again after the act, and stands no more.
    void let_it_end(const std::string& events) {
        web() = container_json("web", "2026-11-30T05:01:00Z");
        web()["State"]["Running"] = false;
        web()["State"]["Status"] = "exited";
        web()["State"]["ExitCode"] = 137;
        engine_.events = event("kill", "15") + event("die") + event("stop") + event("start") + events;
    }

    const std::filesystem::path folder_ = [] {
        std::string pattern = (std::filesystem::temp_directory_path() / "mayhem-whose-XXXXXX").string();
        return std::filesystem::path(::mkdtemp(pattern.data()));
    }();
    const std::string socket_ = folder_ / "engine.sock";
    const core::target target_{.id = "web", .incarnation = "web-id@2026-11-30T05:00:00Z", .name = "web"};
    engine_state engine_{.containers = {{"web", container_json("web")}}, .events = {}, .posts = {}};
    std::string told_;
    std::vector<std::string> requests_;
    async::real_clock clock_;
    async::thread_pool pool_{1, "test"};
    async::loop loop_{clock_};
};

TEST_F(DockerWhoseTest, WhatNobodyIsAtIsHit) {
    engine_.events = event("start") + event("kill", "1");
    docker_driver driver = make_driver();

    const auto result = run(driver.restart(target_, test::may_act));

    EXPECT_EQ(result->refused_by, std::nullopt) << result->trouble;
    EXPECT_EQ(engine_.posts, std::vector<std::string>{"/containers/web-id/restart?t=10"});
}

TEST_F(DockerWhoseTest, AStopThatWaitsForItToEndGoesFirst) {
    engine_.events = event("start") + event("kill", "15");

    expect_busy("somebody has asked its engine to end it, with SIGTERM");
}

TEST_F(DockerWhoseTest, AContainerThatComposeReplacesIsLeftToIt) {
    web()["Config"]["Labels"]["com.docker.compose.project"] = "shop";
    engine_.containers["web-id_web"] = container_json("web-id_web");

    expect_busy("Compose has made web-id_web");
}

TEST_F(DockerWhoseTest, WhatItsEngineIsAtIsLeftAlone) {
    web()["State"]["Paused"] = true;
    expect_busy("somebody else has paused it: resume it");
    web()["State"]["Paused"] = false;
    web()["State"]["Restarting"] = true;
    expect_busy("its engine is about to start it again");
    web()["State"] = {{"Status", "stopping"}, {"Running", false}, {"StartedAt", "2026-11-30T05:00:00Z"}};
    expect_busy("its engine says that it is stopping");
    web()["State"]["Status"] = "removing";
    expect_busy("its engine says that it is removing");
}

TEST_F(DockerWhoseTest, WhoseStopComesWhileComposeIsAskedAboutIsSeenAtTheLastLook) {
    web()["Config"]["Labels"]["com.docker.compose.project"] = "shop";
    int looks = 0;
    docker_driver driver = make_driver();
    const auto answer = [&](const std::string& request) {
        looks += request.starts_with("GET /containers/web-id/json") ? 1 : 0;
        web()["State"]["Paused"] = looks > 1;
        return engine_.answer(request);
    };

    const auto result = run(driver.restart(target_, test::may_act), answer);

    EXPECT_EQ(result->refused_by, core::guard::busy);
    EXPECT_TRUE(engine_.posts.empty());
}

TEST_F(DockerWhoseTest, AnEngineThatKeepsNoEventsIsNoReasonToLeaveItAlone) {
    engine_.events_status = 500;
    docker_driver driver = make_driver();

    EXPECT_EQ(run(driver.restart(target_, test::may_act))->refused_by, std::nullopt);
}

TEST_F(DockerWhoseTest, AnEngineWhoseEventsAreNoneOrNeverEndIsAFailedRestart) {
    for (const reply& odd : {http_reply(200, "<html>\n"), reply{.bytes = "HTTP/1.1 200 OK\r\n\r\n", .stays = true}}) {
        docker_driver driver = make_driver(docker_action::restart, 200ms);
        const auto answer = [&](const std::string& r) {
            return r.starts_with("GET /events") ? odd : engine_.answer(r);
        };

        const auto result = run(driver.restart(target_, test::may_act), answer);

        EXPECT_THROW(result.rethrow_if_failed(), core::restart_failed);
        EXPECT_TRUE(engine_.posts.empty());
    }
}

/// An act on a container is a look and a word, two round trips. Who is at it is asked beside the look; for what Compose
/// has made there is one round trip more.
TEST_F(DockerWhoseTest, WhoIsAtItCostsOneRequestMoreAndNoRoundTrip) {
    docker_driver driver = make_driver();
    (void)run(driver.list());

    EXPECT_EQ(cost_of(driver), (cost{.requests = 3, .round_trips = 2}));
}

TEST_F(DockerWhoseTest, WhetherComposeReplacesItCostsOneRoundTripMore) {
    web()["Config"]["Labels"]["com.docker.compose.project"] = "shop";
    docker_driver driver = make_driver();
    (void)run(driver.list());

    EXPECT_EQ(cost_of(driver), (cost{.requests = 5, .round_trips = 3}));
}

TEST_F(DockerWhoseTest, WhoseTheEngineIsIsLearntFromAnyAnswerAndAskedOnce) {
    const docker_engine fresh(socket_, 30s);
    (void)run(fresh.events("web-id", {}));
    EXPECT_THAT(requests_, ::testing::ElementsAre(HasSubstr("/_ping"), HasSubstr("/events")));

    (void)run(fresh.events("web-id", {}));
    EXPECT_THAT(requests_, ::testing::ElementsAre(HasSubstr("/events")));
}

TEST_F(DockerWhoseTest, AsksDockerForWhatHasHappenedAndPodmanWithoutAnEnd) {
    docker_driver driver = make_driver();
    (void)run(driver.restart(target_, test::may_act));
    EXPECT_THAT(requests_, ::testing::Contains(::testing::ContainsRegex(
                               "^GET /events[?]since=[0-9]+[.][0-9]{6}&until=[0-9]+[.][0-9]{6}&filters=")));

    engine_.server = "Libpod/4.3.1 (linux)";
    docker_driver podman = make_driver();
    (void)run(podman.restart(target_, test::may_act));
    EXPECT_THAT(requests_, ::testing::Contains(::testing::ContainsRegex(
                               "^GET /events[?]since=[0-9.]+&stream=false&filters=%7B%22container%22%3A%5B%22web-id")));
}

TEST_F(DockerWhoseTest, AStopAfterTheActIsSomebodys) {
    let_it_end(event("kill", "15") + event("die") + event("stop"));

    EXPECT_THAT(taken_over(),
                HasSubstr("somebody else has stopped it on purpose since: its engine was asked to stop it"));
    EXPECT_THAT(requests_.at(1), HasSubstr("since=1796014860.000000")) << "that life's alone";
}

TEST_F(DockerWhoseTest, ARemovalAfterTheActIsSomebodys) {
    engine_.containers.clear();

    EXPECT_THAT(taken_over(), HasSubstr("somebody else has removed it"));
}

TEST_F(DockerWhoseTest, ACrashAfterTheActIsNobodysDoing) {
    let_it_end(event("die"));

    EXPECT_EQ(taken_over(), "");
}

TEST_F(DockerWhoseTest, AnEngineThatCannotBeAskedTellsNothingOfTheEnd) {
    docker_driver driver = make_driver();

    const auto result =
        run(driver.afterwards()->departure_of(target_), [](const std::string&) { return http_reply(500, "boom"); });

    EXPECT_THROW(result.rethrow_if_failed(), core::unseen);
    EXPECT_THAT(told_, HasSubstr("cannot see what has become of container web"));
}

TEST_F(DockerWhoseTest, ExplainsWhyOneIsNoTarget) {
    docker_driver driver = make_driver();
    const auto why = [&](const std::string& name) {
        const std::vector<std::string> told = run(driver.explain(name)).get();
        return told.empty() ? std::string("nothing") : told.front();
    };
    EXPECT_EQ(why("web"), "container web: it is a target");
    EXPECT_EQ(why("nobody"), "nothing");
    EXPECT_EQ(why("a/b"), "nothing");

    engine_.containers["db"] = container_json("db");
    EXPECT_THAT(
        why("db"),
        HasSubstr("container db: the group's selector (name web*, label mayhem.enabled=true) does not mean it"));
    web()["State"]["Health"]["Status"] = "unhealthy";
    EXPECT_THAT(why("web"), HasSubstr("it does not pass its health check (unhealthy)"));
    web()["State"]["Running"] = false;
    EXPECT_THAT(why("web"), HasSubstr("it does not run"));
    web()["Config"]["Labels"]["PODMAN_SYSTEMD_UNIT"] = "web.service";
    EXPECT_THAT(why("web"), HasSubstr("it belongs to systemd (unit web.service)"));
}

TEST_F(DockerWhoseTest, SaysWhatKeepsEachFromMatchingAndWhoLacksButTheLabel) {
    engine_.containers["web-2"] = container_json("web-2");
    engine_.containers["web-2"]["Config"]["Labels"] = json::object();
    engine_.containers["db"] = container_json("db");
    docker_driver driver = make_driver();

    const auto told = run(driver.near_misses());

    ASSERT_EQ(told->size(), 1U);
    EXPECT_EQ(told->front(),
              "of 3 containers that run, so many meet each condition by itself: name web*: 2; label "
              "mayhem.enabled=true: 2; web-2 would match, but for the label mayhem.enabled=true: run with it, or say "
              "opt_in = false");
}

TEST_F(DockerWhoseTest, ListsAndLooksAroundAThousandWithOneQuestionEach) {
    engine_.containers.clear();
    std::vector<core::target> targets;
    for (int i = 0; i < 1000; ++i) {
        engine_.containers["web" + std::to_string(i)] = container_json("web" + std::to_string(i));
    }
    docker_driver driver = make_driver();

    targets = run(driver.list()).get();
    EXPECT_EQ(targets.size(), 1000U);
    EXPECT_EQ(requests_.size(), 1001U);

    const std::vector<core::reach> reaches = run(driver.neighbours()->reach_of(targets)).get();
    EXPECT_EQ(reaches.size(), 1000U);
    EXPECT_EQ(requests_.size(), 1001U);
}

/// An engine that works until so many questions were asked, and then answers so.
fake_http_server::answer odd_after(engine_state& engine, int questions, reply odd) {
    return [&engine, left = questions, odd = std::move(odd)](const std::string& request) mutable {
        return left-- > 0 ? engine.answer(request) : odd;
    };
}

TEST_F(DockerWhoseTest, AnEngineInTroubleInTheMiddleOfALookAroundIsAClearWord) {
    engine_.containers["web2"] = container_json("web2");
    const reply slow{.bytes = "", .stays = true};
    const reply gone{.bytes = ""};
    const struct {
        reply odd;
        const char* word;
    } cases[] = {{slow, "did not answer within 200 ms"},
                 {gone, "the connection was dropped"},
                 {http_reply(200, "<html>"), "no JSON; is the socket that of Docker or Podman?"},
                 {http_reply(500, R"({"message":"boom"})"), "answers with status 500: boom"}};
    for (const auto& c : cases) {
        for (const int questions : {0, 1, 2}) {
            docker_driver driver = make_driver(docker_action::restart, 200ms);

            const auto result =
                run(driver.neighbours()->reach_of({target_, target_}), odd_after(engine_, questions, c.odd));

            ASSERT_TRUE(result.has_value());
            ASSERT_EQ(result->size(), 2U);
            for (const core::reach& r : *result) {
                EXPECT_TRUE(core::why_out_of_reach(r, core::reach_policy::any)) << c.word;
                // Whichever of the two limits is over first says so.
                EXPECT_THAT(r.unknown,
                            ::testing::AnyOf(HasSubstr(c.word), HasSubstr("no complete answer within 0.2 s")));
            }
        }
    }
}

TEST_F(DockerWhoseTest, AnEngineInTroubleTellsNothingOfThoseWhoFell) {
    for (const reply& odd : {reply{.bytes = "", .stays = true}, reply{.bytes = ""}, http_reply(200, "{}")}) {
        docker_driver driver = make_driver(docker_action::restart, 200ms);

        const auto result = run(driver.neighbours()->lives_of({"web", "web"}), odd_after(engine_, 1, odd));

        EXPECT_EQ(*result, std::nullopt);
        EXPECT_THAT(told_, HasSubstr("cannot see whether what fell has recovered"));
    }
}

TEST_F(DockerWhoseTest, AListThatBreaksOffInTheMiddleIsNone) {
    engine_.containers["web2"] = container_json("web2");
    for (const int questions : {0, 1, 2}) {
        docker_driver driver = make_driver();

        const auto result = run(driver.list(), odd_after(engine_, questions, {.bytes = ""}));

        EXPECT_THROW(result.rethrow_if_failed(), core::targets_unlisted) << questions;
    }
}

}  // namespace
}  // namespace mayhem::drivers
