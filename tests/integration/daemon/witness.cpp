#include "witness.hpp"

#include <fstream>
#include <sstream>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "program.hpp"
#include "sim/judge/event_file.hpp"
#include "sim/judge/judge.hpp"
#include "sim/judge/verdict_text.hpp"

namespace mayhem::testing {

witness::moment witness::now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()).time_since_epoch().count();
}

void witness::append(const char* file, const std::string& text) const {
    std::ofstream(folder_ / file, std::ios::app | std::ios::binary) << text;
}

void witness::note(const char* what, moment from, moment to, const std::string& more) const {
    append("life", std::string(what) + ' ' + std::to_string(from) + ' ' + std::to_string(to) + ' ' + more + '\n');
}

void witness::calm(std::chrono::microseconds within) {
    const moment at = now();
    note("CALM", at, at, std::to_string(within.count()));
}

record witness::look() {
    const moment from = now();
    record r = read_record(folder_ / "mayhem.db");
    const std::string span = std::to_string(from) + ' ' + std::to_string(now()) + ' ';
    std::string lines;
    for (const auto& [id, state] : r.ids) {
        lines += span + id + '\n';
    }
    append("readings", lines);
    return r;
}

void witness::read() {
    const moment from = now();
    SQLite::Database(folder_ / "mayhem.db", SQLite::OPEN_READWRITE, 5000)
        .exec("VACUUM INTO '" + (folder_ / "read.db") + "'");
    note("READ", from, now());
}

witness::verdict witness::judged(const std::string& lives) const {
    (void)folder_.write("workers", lives);
    const finished adapter = run({"/bin/bash", MAYHEM_WITNESS_EVENTS, folder_ / ".", MAYHEM_CONFIG_EVENT});
    EXPECT_EQ(adapter.ended, "exit 0") << adapter.log;
    std::istringstream lines(adapter.out);
    const auto log = sim::read_events(lines);
    EXPECT_TRUE(log) << log.error();
    if (!log) {
        return {};
    }
    const sim::findings found = sim::judge_all(*log);
    return {found, sim::to_text(found, *log)};
}

}  // namespace mayhem::testing
