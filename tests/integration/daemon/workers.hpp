#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "program.hpp"

namespace mayhem::testing {

/// Worker processes that only a config of this object's making selects. They come back at once when they end.
class workers {
public:
    /// Returns when all are there.
    explicit workers(int count);

    /// A config that restarts them for real, every `mean_time_between`. `more` is put in front of the group's section;
    /// for `patience` a message is valid, and so is the wait for the recovery.
    [[nodiscard]] std::string config(const std::string& mean_time_between, const std::string& more = {},
                                     const std::string& patience = "2s") const;

    /// The command line of worker N has "work-MARKER-N" in it.
    [[nodiscard]] const std::string& marker() const noexcept { return marker_; }

    /// The processes that work now, by their number.
    [[nodiscard]] std::vector<pid_t> pids() const;

    /// PID:START_TICKS -> how many signals that incarnation got, so far.
    [[nodiscard]] std::map<std::string, int> signals() const;

    /// What they wrote down of their lives, so far: lines as `worker.cpp` has them.
    [[nodiscard]] std::string notes() const { return read_text(folder_ / "notes"); }

private:
    test_folder folder_;
    std::string marker_;
    program keeper_;
};

}  // namespace mayhem::testing
