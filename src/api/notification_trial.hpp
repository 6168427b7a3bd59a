#pragma once

#include <optional>
#include <string>
#include <vector>

#include "notify/notifier.hpp"

namespace mayhem::app {

/// What became of one trial.
struct trial_result {
    std::string destination;  ///< "webhook 'chat'"
    std::string trouble;      ///< empty: it was delivered
};

/// Tells each destination a test event, all at once and one attempt each, whatever its filter says; those named `only`
/// if given. Runs a loop of its own: blocks for as long as the slowest takes.
[[nodiscard]] std::vector<trial_result> try_notifications(const std::vector<notify::destination_plan>& plans,
                                                          const std::optional<std::string>& only);

}  // namespace mayhem::app
