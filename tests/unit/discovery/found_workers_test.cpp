// Proves which processes are evidently started again by their parent, and can be told from everybody else.
#include "discovery/found_workers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::app {

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

drivers::process_info process(pid_t pid, const std::string& program, const std::string& line) {
    drivers::process_info p;
    p.pid = pid;
    p.state = 'S';
    p.name = program;
    p.executable = "/usr/sbin/" + program;
    p.command_line = line;
    return p;
}

drivers::process_origin child(const drivers::process_info& p, const drivers::process_info& parent,
                              const std::string& unit = "web.service") {
    return {.process = p, .ancestors = {parent}, .service = {.unit = unit}};
}

const drivers::process_info pid_1 = process(1, "systemd", "/sbin/init");
const drivers::process_info master = process(10, "nginx", "nginx: master process /usr/sbin/nginx");

std::vector<drivers::process_origin> nginx() {
    return {child(master, pid_1), child(process(11, "nginx", "nginx: worker process "), master),
            child(process(12, "nginx", "nginx: worker process"), master)};
}

std::vector<worker_facts> workers_of(const std::vector<drivers::process_origin>& origins) {
    return find_workers(origins);
}

}  // namespace

TEST(FoundWorkersTest, WorkersOfOneMasterBackEachOtherUp) {
    const std::vector<worker_facts> found = workers_of(nginx());

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].program, "/usr/sbin/nginx");
    EXPECT_EQ(found[0].command_line, "nginx: worker process");
    EXPECT_EQ(found[0].unit, "web.service");
    EXPECT_EQ(found[0].count, 2U);
    EXPECT_TRUE(found[0].is_apart);
    EXPECT_FALSE(found[0].is_supervised);
    EXPECT_THAT(found[0].why_back, HasSubstr("nginx[10] runs the same program"));
}

TEST(FoundWorkersTest, OneWorkerHasNobodyBehindIt) {
    std::vector<drivers::process_origin> one = nginx();
    one.pop_back();

    EXPECT_THAT(workers_of(one), IsEmpty());
}

TEST(FoundWorkersTest, WhoCannotBeToldFromItsMasterIsMarked) {
    const drivers::process_info same = process(20, "apache2", "/usr/sbin/apache2 -k start");
    const std::vector<worker_facts> found =
        workers_of({child(same, pid_1), child(process(21, "apache2", same.command_line), same),
                    child(process(22, "apache2", same.command_line), same)});

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_FALSE(found[0].is_apart);
}

TEST(FoundWorkersTest, WhatASupervisorRunsIsStartedAgain) {
    const drivers::process_info runsv = process(30, "runsv", "runsv app");
    const std::vector<worker_facts> found = workers_of({child(process(31, "app", "/usr/sbin/app"), runsv)});

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_TRUE(found[0].is_supervised);
    EXPECT_THAT(found[0].why_back, HasSubstr("runsv[30] starts it again"));
}

TEST(FoundWorkersTest, ShellsAndWhatIsOfNoServiceAreNoWorkers) {
    const drivers::process_info script = process(40, "bash", "bash run.sh");
    const std::vector<drivers::process_origin> shells{child(process(41, "bash", "bash run.sh"), script),
                                                      child(process(42, "bash", "bash run.sh"), script)};
    std::vector<drivers::process_origin> of_session = nginx();
    for (drivers::process_origin& o : of_session) {
        o.service = {};
    }

    EXPECT_THAT(workers_of(shells), IsEmpty());
    EXPECT_THAT(workers_of(of_session), IsEmpty());
}

}  // namespace mayhem::app
