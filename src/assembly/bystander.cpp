#include "assembly/bystander.hpp"

namespace mayhem::app {

void warning_collector::warn(std::string_view text) noexcept {
    if (warnings_.size() < warnings_max) {
        warnings_.emplace_back(text);
    }
}

bystander::bystander(const config& c, const std::filesystem::path& store)
    : factories_({.pool = pool_,
                  .warn = [](std::string_view) {},  // nothing is done that anybody should know of
                  .random = core::random_source(c.seed.value_or(0)),
                  .flow_name = "inspection",
                  .state_folder = store.parent_path()}) {}

}  // namespace mayhem::app
