#include "mayhem/core/rules/end_seen.hpp"

namespace mayhem::core {

std::string why_taken_over(const end_seen& e) {
    const bool is_wanted = e.how == end_seen::way::asked_for || e.how == end_seen::way::removed;
    if (!is_wanted || e.may_be_the_act || e.is_about_to_start || !e.failed_below.empty()) {
        return {};
    }
    return "somebody else has " + std::string(e.how == end_seen::way::removed ? "removed" : "stopped") +
           " it on purpose since" + (e.told_by.empty() ? "" : ": " + e.told_by);
}

std::string describe_end(const end_seen& e) {
    return e.failed_below.empty() ? std::string() : "it was stopped with " + e.failed_below + ", which has failed";
}

}  // namespace mayhem::core
