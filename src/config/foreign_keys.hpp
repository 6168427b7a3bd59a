#pragma once

#include <string_view>

namespace mayhem::app {

/// What people write who come from another tool (chaoskube, kube-monkey, Chaos Monkey, cron), or take a guess: how that
/// is said here; empty for a key that is none of those. `section` is where it stands, "" for the head of the file.
/// Dashes count as underscores. Pure.
[[nodiscard]] std::string_view explain_foreign_key(std::string_view key, std::string_view section) noexcept;

}  // namespace mayhem::app
