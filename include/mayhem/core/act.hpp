#pragma once

#include <string>

namespace mayhem::core {

/// What is done to a target: the name of an action, and its parameters as a config file writes them.
struct act {
    std::string name{};  ///< "cut"; empty: it is not said
    std::string with{};  ///< `for = "30s", how = "reject"`, in the order of their names; empty: all as it is by default

    friend bool operator==(const act&, const act&) = default;
};

/// For a person: "cut (for 30s, how reject)".
[[nodiscard]] std::string describe(const act& a);

}  // namespace mayhem::core
