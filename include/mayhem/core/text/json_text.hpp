#pragma once

#include <string>

namespace mayhem::core {

/// JSON as answers and `--json` show it: indented by two, a newline at its end. What is no UTF-8 becomes U+FFFD: names
/// of processes and outputs of commands may hold anything, and an answer is given all the same. `Json` is one of
/// nlohmann's, which core does not know.
template <typename Json>
[[nodiscard]] std::string json_text(const Json& j) {
    return j.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// The same on one line without its end, for events, requests and records.
template <typename Json>
[[nodiscard]] std::string json_line(const Json& j) {
    return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mayhem::core
