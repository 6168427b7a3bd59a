#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace mayhem::actions {

/// What the kernel counts of a control group, as far as it may be seen from here.
struct unit_counters {
    std::optional<std::uint64_t> periods{};      ///< in which something wanted to run, and there is a limit
    std::optional<std::uint64_t> throttled{};    ///< in so many of them it had to wait
    std::optional<std::uint64_t> over_memory{};  ///< so often it was above memory.high
    std::optional<std::uint64_t> read{};         ///< bytes, from all devices
    std::optional<std::uint64_t> written{};
    std::optional<std::uint64_t> cpu_us{};  ///< its limit: of each second, in microseconds; nothing: none is seen
};

/// Of the control group of a process, in whichever hierarchy counts it. Reads /proc and /sys/fs/cgroup.
[[nodiscard]] unit_counters count_unit(pid_t member);

/// The number behind a word, in a text of lines such as "nr_periods 31". Pure.
[[nodiscard]] std::optional<std::uint64_t> find_count(std::string_view text, std::string_view word);

/// The sum of all that stand behind a word and "=", as in io.stat: "8:0 rbytes=1 wbytes=2". Pure.
[[nodiscard]] std::uint64_t sum_counts(std::string_view text, std::string_view word);

/// The limit that cpu.max has: "20000 100000". Nothing: none. Pure.
[[nodiscard]] std::optional<std::uint64_t> read_cpu_max(std::string_view text);

}  // namespace mayhem::actions
