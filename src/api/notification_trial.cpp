#include "api/notification_trial.hpp"

#include <memory>
#include <utility>

#include "assembly/notification_plans.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_handle.hpp"
#include "mayhem/core/text/uuid.hpp"

namespace mayhem::app {

namespace {

async::awaitable<void> try_one(std::shared_ptr<notify::sender> with, std::shared_ptr<const notify::event> e,
                               trial_result& result) {
    const async::frame here;
    const notify::attempt_result ended = co_await with->send(e);
    result.trouble = ended.why;
}

}  // namespace

std::vector<trial_result> try_notifications(const std::vector<notify::destination_plan>& plans,
                                            const std::optional<std::string>& only) {
    async::real_clock clock;
    async::loop loop(clock);
    core::random_source random(core::random_source::system_seed());
    notify::event e;
    e.kind = notify::event_kind::test;
    e.at = clock.wall_now();
    e.id = core::uuid::random(random).to_string();
    e.host = host_name();
    const auto shared = std::make_shared<const notify::event>(std::move(e));
    std::vector<trial_result> results;
    results.reserve(plans.size());
    std::vector<async::awaitable<void>> tries;
    for (const notify::destination_plan& p : plans) {
        if (only && p.settings.name != *only) {
            continue;
        }
        results.push_back({std::string(to_string(p.settings.kind)) + " '" + p.settings.name + "'", {}});
        tries.push_back(try_one(p.with, shared, results.back()));
    }
    for (const async::settled<void>& tried : async::run(loop, "trial", async::gather_settled(std::move(tries)))) {
        tried.rethrow_if_failed();
    }
    return results;
}

}  // namespace mayhem::app
