#include "assembly/bystander.hpp"

#include "config/store_path.hpp"
#include "system/folder_of.hpp"

namespace mayhem::app {

void warning_collector::warn(std::string_view text) noexcept {
    if (warnings_.size() < warnings_max) {
        warnings_.emplace_back(text);
    }
}

bystander::bystander(const config& c)
    : factories_({.pool = pool_,
                  .random = core::random_source(c.seed.value_or(0)),
                  .flow_name = "inspection",
                  .own_files = {system::folder_of(std::filesystem::absolute(resolve_store_path(c.store))).string()}}) {}

}  // namespace mayhem::app
