#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mayhem::actions {

/// Why Mayhem cannot freeze whatever it likes, and what to do about it, for a person; empty: it can. `scope` is
/// kernel.yama.ptrace_scope, nothing where the kernel has no such limit. Pure.
[[nodiscard]] std::string why_not_freeze(bool has_capability, std::optional<int> scope);

/// Why Mayhem cannot freeze what it has started itself, as its own user: likewise. Pure.
[[nodiscard]] std::string why_not_freeze_own(bool has_capability, std::optional<int> scope);

/// Of this process, as things are now. Does not block.
[[nodiscard]] std::string why_not_freeze_own(const std::filesystem::path& proc_root = "/proc");

/// Of this process, as things are now. Does not block.
[[nodiscard]] std::string why_not_freeze(const std::filesystem::path& proc_root = "/proc");

}  // namespace mayhem::actions
