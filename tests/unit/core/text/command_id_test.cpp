// Proves that an id names the program and nothing else of a command line, and stays what records hold.
#include "mayhem/core/text/command_id.hpp"

#include <string>

#include <gtest/gtest.h>

namespace mayhem::core {

namespace {

std::string program(std::string_view command_line) {
    const std::string id = command_id(command_line);
    return id.substr(0, id.find('#'));
}

}  // namespace

TEST(CommandIdTest, ShowsTheProgramAlone) {
    EXPECT_EQ(program("/usr/bin/redis-server --requirepass hunter2"), "redis-server");
    EXPECT_EQ(program("python3 worker.py"), "python3");
    EXPECT_EQ(program("nginx: worker process"), "nginx");
    EXPECT_EQ(program("-bash"), "bash");
    EXPECT_EQ(program("[worker]"), "worker");
    EXPECT_EQ(program("/opt/app/"), "process");
    EXPECT_EQ(program(""), "process");
    EXPECT_EQ(program(" a"), "process");
}

TEST(CommandIdTest, TellsCommandLinesApart) {
    EXPECT_EQ(command_id("worker --port 1"), command_id("worker --port 1"));
    EXPECT_NE(command_id("worker --port 1"), command_id("worker --port 2"));
    EXPECT_NE(command_id("/usr/bin/worker"), command_id("/opt/bin/worker"));
}

TEST(CommandIdTest, IsWhatRecordsHold) { EXPECT_EQ(command_id("worker --slow"), "worker#f3d6624e0c"); }

TEST(CommandIdTest, CutsALongNameBetweenCharacters) {
    const std::string name = std::string(63, 'a') + "\u00e9" + std::string(20, 'b');

    EXPECT_EQ(program(name), std::string(63, 'a'));
    EXPECT_EQ(command_id(name).size(), 63U + 11);
}

}  // namespace mayhem::core
