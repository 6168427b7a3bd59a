#pragma once

#include <span>
#include <string>
#include <string_view>

#include <spdlog/common.h>

#include "telemetry/log.hpp"

namespace mayhem::telemetry {

/// The fields in the journal's own notation (systemd's "Native Journal Protocol"), each with its length, so that no
/// value can be mistaken for another field.
[[nodiscard]] std::string journal_text(std::span<const log_field> fields);

/// A line and its fields travel through spdlog's queue as one text; where the line ends stands where spdlog keeps the
/// number of a source line, which we have no other use for. 0: there are no fields.
[[nodiscard]] spdlog::source_loc text_length(std::string_view text) noexcept;

}  // namespace mayhem::telemetry
