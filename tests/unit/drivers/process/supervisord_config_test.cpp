// Proves what is read of a supervisord's config, on texts as people write them and on files that include others.
#include "drivers/process/supervisord_config.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::drivers {

using ::testing::ElementsAre;

namespace {

constexpr std::string_view config = R"(; comment
[supervisord]
logfile=/tmp/x

[program:web]
command=/usr/bin/web --autorestart=false
autorestart = TRUE ; always
[program: plain]
[program:batch]
autorestart=0
[include]
files = conf.d/*.conf
        /etc/more.ini
)";

}  // namespace

TEST(SupervisordConfigTest, ReadsWhatAProgramSays) {
    EXPECT_EQ(find_program(config, "web")->autorestart, "true");
    EXPECT_EQ(find_program(config, "web")->section, "program:web");
    EXPECT_EQ(find_program(config, "batch")->autorestart, "false");
    EXPECT_EQ(find_program("[program:a]\nautorestart=unexpected\n", "a")->autorestart, "unexpected");
}

TEST(SupervisordConfigTest, WhatSaysNothingHasTheDefault) {
    EXPECT_EQ(find_program("[program:plain]\ncommand=x\n", "plain")->autorestart, "unexpected");
    EXPECT_FALSE(find_program(config, "other"));
}

TEST(SupervisordConfigTest, ReadsIncludesOverSeveralLines) {
    EXPECT_THAT(included_files(config), ElementsAre("conf.d/*.conf", "/etc/more.ini"));
}

TEST(SupervisordConfigTest, FindsTheConfigOnTheCommandLine) {
    EXPECT_EQ(config_on_command_line("/usr/bin/python3 /usr/bin/supervisord -n -c /etc/s.conf"), "/etc/s.conf");
    EXPECT_EQ(config_on_command_line("supervisord --configuration=/etc/s.conf -n"), "/etc/s.conf");
    EXPECT_EQ(config_on_command_line("supervisord -n"), "");
}

TEST(SupervisordConfigTest, LooksAProgramUpInWhatIsIncluded) {
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / ("mayhem-supervisord-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "conf.d");
    std::ofstream(folder / "main.conf") << "[include]\nfiles=conf.d/*.conf\n";
    std::ofstream(folder / "conf.d" / "web.conf") << "[program:web]\nautorestart=true\n";

    EXPECT_EQ(look_up_program(folder / "main.conf", "web"),
              (supervised_program{.section = "program:web", .autorestart = "true"}));
    EXPECT_FALSE(look_up_program(folder / "main.conf", "db"));
    EXPECT_FALSE(look_up_program(folder / "missing.conf", "web"));
    std::filesystem::remove_all(folder);
}

}  // namespace mayhem::drivers
