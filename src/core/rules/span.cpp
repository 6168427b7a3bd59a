#include "mayhem/core/rules/span.hpp"

#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::core {

std::string describe_red(const looks_during& seen) {
    if (seen.red == 0) {
        return {};
    }
    std::string text = "the probe did not pass " + std::to_string(seen.red) + " of " + std::to_string(seen.count()) +
                       (seen.count() == 1 ? " time" : " times");
    if (seen.first_red) {
        text += *seen.first_red == duration{0} ? ", from the beginning"
                                               : ", first after " + format_duration(*seen.first_red);
    }
    return text + (seen.said.empty() ? "" : ": " + seen.said);
}

}  // namespace mayhem::core
