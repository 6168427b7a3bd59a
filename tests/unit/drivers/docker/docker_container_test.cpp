// Proves that what the engines say of a container is understood, in the words of both, and that anything else is an
// error and never a container.
#include "drivers/docker/docker_container.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

constexpr const char* docker_text = R"({"Id":"abc","Name":"/web","Config":{"Image":"nginx:1.25","Labels":{"a":"1"}},
  "State":{"Status":"running","Running":true,"Paused":false,"Restarting":false,"Pid":42,
           "StartedAt":"2024-01-01T00:00:00.1Z","Health":{"Status":"starting"}},
  "HostConfig":{"AutoRemove":true,"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}},"RestartCount":2})";

}  // namespace

TEST(DockerContainerTest, ReadsWhatDockerSays) {
    const container c = parse_container(docker_text);

    EXPECT_EQ(c.id, "abc");
    EXPECT_EQ(c.name, "web");
    EXPECT_EQ(c.image, "nginx:1.25");
    EXPECT_EQ(c.labels, (std::map<std::string, std::string>{{"a", "1"}}));
    EXPECT_TRUE(c.is_running);
    EXPECT_EQ(c.pid, 42);
    EXPECT_EQ(c.started_at, "2024-01-01T00:00:00.1Z");
    EXPECT_EQ(c.health, "starting");
    EXPECT_TRUE(c.is_removed_at_exit);
    EXPECT_EQ(c.restart_policy, "on-failure");
    EXPECT_EQ(c.restarts_max, 3);
    EXPECT_EQ(c.restarts, 2);
    EXPECT_FALSE(c.is_ready()) << "not healthy yet";
}

TEST(DockerContainerTest, ReadsNullsAndAnEmptyHealthAsNothing) {
    const container c = parse_container(R"({"Id":"abc","Name":"web","Config":{"Labels":null},
        "State":{"Running":true,"StartedAt":"x","Health":{"Status":""}},"HostConfig":{"RestartPolicy":{"Name":""}}})");

    EXPECT_EQ(c.health, std::nullopt);
    EXPECT_TRUE(c.labels.empty());
    EXPECT_TRUE(c.is_ready());
    EXPECT_EQ(parse_container(R"({"Id":"a","Name":"b","State":{"StartedAt":"x","Health":null}})").health, std::nullopt);
}

TEST(DockerContainerTest, RefusesNonsense) {
    for (const char* text :
         {"", "nonsense", "[]", "{}", "null", R"({"Id":7,"Name":"b","State":{"StartedAt":"x"}})",
          R"({"Id":"a","Name":"b","State":{"StartedAt":"x","Running":"yes"}})", R"({"Id":"a","Name":"b"})"}) {
        EXPECT_THROW((void)parse_container(text), std::runtime_error) << text;
    }
}

TEST(DockerContainerTest, ReadsTheList) {
    const auto list = parse_container_list(
        R"([{"Id":"a","Names":["/web"],"Labels":{"x":"y"}},{"Id":"b","Names":null,"Labels":null}])");

    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].name, "web");
    EXPECT_EQ(list[0].labels.at("x"), "y");
    EXPECT_EQ(list[1].name, "");
    EXPECT_THROW((void)parse_container_list("{}"), std::runtime_error);
    EXPECT_THROW((void)parse_container_list("[1]"), std::runtime_error);
    EXPECT_THROW((void)parse_container_list(R"([{"Names":["/web"]}])"), std::runtime_error);
}

TEST(DockerContainerTest, FindsTheMessageOfAnError) {
    EXPECT_EQ(parse_engine_message(R"({"message":"no such\ncontainer"})"), "no such?container");
    EXPECT_EQ(parse_engine_message("<html>"), "<html>");
    EXPECT_EQ(parse_engine_message(std::string(1000, 'x')).size(), 300U);
}

}  // namespace mayhem::drivers
