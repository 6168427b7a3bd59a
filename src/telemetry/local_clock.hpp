#pragma once

#include <chrono>
#include <ctime>
#include <string>
#include <string_view>

namespace mayhem::telemetry {

/// Turns moments into local time for log lines. The conversion (a lock and a table search in the C library) is made
/// once a second, however many lines a second there are. One for each user: not thread-safe.
class local_clock {
public:
    /// One moment in the two notations that log lines need; the views last until the next call.
    struct reading {
        std::string_view time;    ///< "22:13:37"
        std::string_view stamp;   ///< "2024-03-01T22:13:37"
        std::string_view offset;  ///< "+01:00"
        int milliseconds;         ///< 0 to 999
    };

    reading read(std::chrono::system_clock::time_point moment);

private:
    void convert(std::time_t second);

    bool valid_ = false;
    std::time_t second_ = 0;
    std::string stamp_;
    std::string offset_;
};

}  // namespace mayhem::telemetry
