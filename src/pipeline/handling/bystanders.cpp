#include "pipeline/handling/bystanders.hpp"

#include <chrono>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/core/rules/unforetold.hpp"
#include "pipeline/model/list_targets.hpp"

namespace mayhem::pipeline {

async::awaitable<std::vector<core::fate>> look_beside(group& g, ports::driver& by, const bystanders& b,
                                                      const acted_incarnations& acted, async::clock::time_point act) {
    const async::frame here;
    if (b.stood == nullptr) {
        co_return std::vector<core::fate>{};
    }
    const async::settled<std::vector<core::target>> stand = co_await async::settle(list_targets(by));
    if (stand.error()) {
        co_return std::vector<core::fate>{};
    }
    note_members(g, by, *stand);
    const auto is_ours = [&](const core::target& t) {
        return acted.acts().had_to_do_with(acted_incarnations::hash_of(acted_incarnations::life_of(t, g)), b.since);
    };
    const auto at = std::chrono::duration_cast<core::duration>(async::this_loop().turn_time() - act);
    co_return core::falls_unforetold(*b.stood, *stand, at, is_ours);
}

}  // namespace mayhem::pipeline
