#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "mayhem/ports/observer.hpp"
#include "telemetry/histogram.hpp"

namespace mayhem::telemetry {

/// What has happened to the messages of one group since the daemon started.
struct group_counts {
    std::uint64_t published = 0;
    std::uint64_t acked = 0;
    std::uint64_t nacked = 0;
    std::uint64_t dead_lettered = 0;
    std::uint64_t restarted = 0;  ///< the act was carried out
    std::uint64_t recovered = 0;
    std::uint64_t slow = 0;  ///< of the recovered: slower than the target's past explains
    std::uint64_t not_recovered = 0;
    std::uint64_t unstable = 0;
    std::uint64_t not_tolerated = 0;
    std::uint64_t aborted = 0;
    std::uint64_t no_effect = 0;
    std::uint64_t fault_stuck = 0;
    std::uint64_t taken_over = 0;
    std::uint64_t not_ended = 0;
    std::uint64_t failed = 0;  ///< the driver could not do it
    std::array<std::uint64_t, core::refusing_guards> refused{};
    std::array<std::uint64_t, core::guard_count> skipped{};  ///< planned moments
    histogram recovery;                                      ///< in seconds
};

/// Counts the steps of the messages' lives, group by group. At most `groups_max` groups are told apart; what comes
/// after them counts as "other". The loop's thread only.
class group_counter final : public ports::observer {
public:
    static constexpr std::size_t groups_max = 2000;

    void observe(const ports::step& s) noexcept override;
    void skipped(const core::skip& s) noexcept override;
    void warn(std::string_view /*text*/) noexcept override {}

    [[nodiscard]] const std::map<std::string, group_counts, std::less<>>& groups() const noexcept { return groups_; }

private:
    group_counts& of(std::string_view group);

    std::map<std::string, group_counts, std::less<>> groups_;
};

}  // namespace mayhem::telemetry
