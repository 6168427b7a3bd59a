#include "assembly/bystander.hpp"

namespace mayhem::app {

void warning_collector::warn(std::string_view text) noexcept {
    if (warnings_.size() < warnings_max) {
        warnings_.emplace_back(text);
    }
}

bystander::bystander(const config& c)
    : factories_({.pool = pool_, .random = core::random_source(c.seed.value_or(0)), .flow_name = "inspection"}) {}

}  // namespace mayhem::app
