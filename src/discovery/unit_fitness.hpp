#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::app {

/// Whether a unit would be a target of a group, by what its driver and the guards say of it.
struct unit_fitness {
    std::string unit;
    std::string why_not;      ///< it is none, and no hour changes that: it is protected, would stay dead, takes others
                              ///< along; empty: it is one
    std::string refused_now;  ///< it is one, and a guard refuses at this moment: which, and what it looked at
    std::string reach;        ///< who goes down with it, in words; empty: nobody has looked
};

/// A refusal that stays until somebody changes the unit or the config.
[[nodiscard]] bool is_lasting(core::guard g) noexcept;

/// Looks at a config with one group, that of these units, as a message would be looked at (`inspect`), and asks its
/// driver about whom it leaves out (`explain_absence`). Touches nothing; blocks. Throws as `inspect`.
[[nodiscard]] std::vector<unit_fitness> judge_units(const config& only, const std::filesystem::path& store,
                                                    std::span<const std::string> units);

}  // namespace mayhem::app
