#pragma once

#include <optional>
#include <string>

#include "mayhem/core/time.hpp"

namespace mayhem::stores {

/// That an operator halted Mayhem: kept in the database until somebody resumes, over restarts and reboots.
struct halt_record {
    std::string who;
    std::string why;  ///< may be empty
    core::wall_time since{};

    friend bool operator==(const halt_record&, const halt_record&) = default;
};

/// Under which key of `facts` it is kept.
inline constexpr const char* halt_key = "halt";

/// The text that is kept; nothing means that nobody has halted, and is kept, too.
[[nodiscard]] std::string to_text(const std::optional<halt_record>& r);

/// The inverse. A text that cannot be understood counts as a halt: rather one too many.
[[nodiscard]] std::optional<halt_record> parse_halt(const std::optional<std::string>& text);

}  // namespace mayhem::stores
