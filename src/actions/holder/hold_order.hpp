#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/proc/process_incarnation.hpp"
#include "mayhem/core/result.hpp"
#include "mayhem/core/rules/changed_number.hpp"
#include "mayhem/core/rules/disk_fill.hpp"
#include "mayhem/core/rules/network_fault.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/rules/span.hpp"

namespace mayhem::actions {

/// A unit of systemd's, and which of its numbers are other ones meanwhile.
struct held_unit {
    std::string name;        ///< "web.service", "docker-ID.scope"
    std::string invocation;  ///< which life of it; 32 hexadecimal digits
    std::vector<core::changed_number> numbers{};
    bool is_to_undo = false;  ///< nothing is to be held: they are to be what they were, whoever has changed them

    friend bool operator==(const held_unit&, const held_unit&) = default;
};

/// What a holder is told to do, once, as one line of JSON on its standard input. The vocabulary is closed: whoever can
/// write to a holder can have done what stands here, and nothing else.
struct hold_order {
    /// What is done to the target's packets, to a file system of its, or to its limits; none: all its tasks stand
    /// still.
    std::optional<core::network_fault> network{};
    std::optional<core::disk_fill> disk{};
    std::optional<held_unit> unit{};

    drivers::process_incarnation first;  ///< it alone, or the main process of a service; its life is the fault's

    /// All who are in it or below it, beside `first`; empty: `first` alone, of whose packets the ports tell.
    std::string control_group{};

    /// Of a fault of the network: everybody in the network namespace of `first` is meant, which is not this process's.
    bool is_inside = false;

    std::string table{};                 ///< of a fault of the network: what nf_tables calls it; "mayhem_" and 8 digits
    std::chrono::microseconds length{};  ///< from then on when it stands; 1 ms to 1 day

    friend bool operator==(const hold_order&, const hold_order&) = default;
};

/// "freeze", "cut", ...
[[nodiscard]] std::string_view action_of(const hold_order& o);

/// What a holder answers, each as one line of JSON on its standard output: `held` or `refused`, and after `held` any
/// number of `seen` and at most one `over`.
struct hold_word {
    enum class kind : std::uint8_t {
        held,     ///< it stands, and was seen to: `text` is the effect
        seen,     ///< it goes on: `text` is the effect by now
        refused,  ///< nothing stands: `text` says why
        over,     ///< it stands no more, for `ended_by`; `text` is for a person
    };

    kind is = kind::refused;
    std::string text{};
    bool is_none = false;                                 ///< of `held` and `seen`: so far, no effect is seen
    std::optional<core::guard> by{};                      ///< of `refused`, where a guard has a name for it
    core::span_end ended_by = core::span_end::time_over;  ///< of `over`

    friend bool operator==(const hold_word&, const hold_word&) = default;
};

/// So long may an order or a word be, its line feed included.
inline constexpr std::size_t hold_line_bytes_max = 4096;

/// One line, with its end.
[[nodiscard]] std::string to_line(const hold_order& o);
[[nodiscard]] std::string to_line(const hold_word& w);

/// From one line, with or without its end. Strict: what is missing, unknown or out of range is an error that names it.
[[nodiscard]] core::result<hold_order> parse_hold_order(std::string_view line);
[[nodiscard]] core::result<hold_word> parse_hold_word(std::string_view line);

}  // namespace mayhem::actions
