#pragma once

#include <string>

#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::stores {

/// Which verdicts answer a question with yes, as SQL has it: "('recovered', 'unwatched')". So what a verdict means is
/// asked of `core` alone, and no statement can know better.
[[nodiscard]] inline std::string verdict_list(bool (*question)(core::verdict) noexcept) {
    std::string list;
    for (const core::verdict v : core::all_verdicts) {
        if (question(v)) {
            list.append(list.empty() ? "('" : ", '").append(core::to_string(v)).append("'");
        }
    }
    return list.append(")");
}

}  // namespace mayhem::stores
