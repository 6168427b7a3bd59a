#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "record.hpp"
#include "sim/judge/findings.hpp"
#include "test_folder.hpp"

namespace mayhem::testing {

/// What a test of a real daemon saw, noted for the judge of the simulation: the files of
/// `tests/support/witness_events.sh`, in a folder that has `mayhem.toml` and `mayhem.db`, and outlives this object.
class witness {
public:
    /// Microseconds since 1970.
    using moment = std::int64_t;
    [[nodiscard]] static moment now();

    explicit witness(const test_folder& folder) : folder_(folder) {}

    /// A life of the daemon began, ended by SIGKILL, was asked to end, ended by itself: somewhen between the two.
    void began(moment from, moment to) { note("BEGAN", from, to); }
    void killed(moment from, moment to) { note("ENDED", from, to, "killed 0"); }
    void stopped(moment from, moment to) { note("STOPPED", from, to); }
    void ended(moment from, moment to) { note("ENDED", from, to, "orderly 0"); }

    /// Nothing is done to anybody from now on; what is due may take so long.
    void calm(std::chrono::microseconds within);

    /// Reads the record: what it has is durable by now.
    record look();

    /// Keeps the record as it is now: what the judge compares with the rest. Once, in the last life.
    void read();

    struct verdict {
        sim::findings found;
        std::string text;  ///< for a person
    };

    /// What the judge finds, if the workers wrote `lives`. A test that has no log for it fails.
    [[nodiscard]] verdict judged(const std::string& lives) const;

private:
    void note(const char* what, moment from, moment to, const std::string& more = {}) const;
    void append(const char* file, const std::string& text) const;

    const test_folder& folder_;
};

}  // namespace mayhem::testing
