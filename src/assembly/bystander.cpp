#include "assembly/bystander.hpp"

namespace mayhem::app {

void warning_collector::warn(std::string_view text) noexcept {
    if (warnings_.size() < warnings_max) {
        warnings_.emplace_back(text);
    }
}

bystander::bystander(const config& c, const std::filesystem::path& store)
    : seed_(c.seed.value_or(0)),
      folder_(store.parent_path()),
      pauses_(pool_, folder_ / "paused", [](std::string_view) {}) {}

flow::surroundings bystander::surroundings(ports::observer& observer,
                                           const async::task_group::failure_handler& on_failure) {
    return {.loop = loop_,
            .pool = pool_,
            .journal = store_,
            .limits = store_,
            .plans = store_,
            .observer = observer,
            .log = logging_.get(),
            .halt = halt_,
            .acted = acted_,
            .requests = requests_,
            .random = core::random_source(seed_),
            .on_failure = on_failure,
            .stream_name = "inspection",
            .state_folder = folder_};
}

std::unique_ptr<ports::driver> bystander::make_driver(const group_config& g, ports::observer& observer) {
    return make_group_driver(g, surroundings(observer, [](const async::task_failure&) {}), pauses_);
}

}  // namespace mayhem::app
