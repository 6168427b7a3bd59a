#pragma once

#include <spdlog/common.h>

#include "telemetry/level.hpp"

namespace mayhem::telemetry {

/// Our levels in spdlog's words, and back. spdlog has one level more, `trace`, which we never send.
constexpr spdlog::level::level_enum to_spdlog(level l) noexcept {
    return static_cast<spdlog::level::level_enum>(static_cast<int>(l) + 1);
}

constexpr level from_spdlog(spdlog::level::level_enum l) noexcept {
    return static_cast<level>(static_cast<int>(l) - 1);
}

static_assert(to_spdlog(level::debug) == spdlog::level::debug && to_spdlog(level::info) == spdlog::level::info &&
              to_spdlog(level::warning) == spdlog::level::warn && to_spdlog(level::error) == spdlog::level::err &&
              to_spdlog(level::critical) == spdlog::level::critical);

}  // namespace mayhem::telemetry
