#include "unit/config/config_support.hpp"

#include <stdexcept>

#include "config/config_file.hpp"

namespace mayhem::app::test {

config read(std::string_view text) {
    auto result = parse_config(text, "m.toml");
    if (!result) {
        throw std::runtime_error("unexpected error: " + to_string(result.error().front()));
    }
    return *std::move(result);
}

std::vector<std::string> errors_of(std::string_view text) {
    std::vector<std::string> lines;
    if (const auto result = parse_config(text, "m.toml"); !result) {
        for (const settings::error& e : result.error()) {
            lines.push_back(to_string(e));
        }
    }
    return lines;
}

std::vector<std::string> group_errors_of(const std::string& driver, const std::string& keys) {
    std::vector<std::string> lines =
        errors_of("[group.g]\nmean_time_between = '1h'\ndriver = '" + driver + "'\n" + keys);
    for (std::string& line : lines) {
        line.erase(0, line.find(':') + 1);
    }
    return lines;
}

}  // namespace mayhem::app::test
