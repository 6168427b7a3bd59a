#include "pipeline/handling/recovery_pace.hpp"

#include <string>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/core/text/add_to.hpp"

namespace mayhem::pipeline {

async::awaitable<void> judge_pace(ports::journal& record, const core::message& m, core::outcome& o) {
    const async::frame here;
    const core::seen_recovery last{.back = o.recovery.value_or(core::duration{}), .not_before = o.not_before};
    const async::settled<std::vector<core::seen_recovery>> past =
        co_await async::settle(record.past_recoveries(m, o.act, o.started_at - core::past_reaches_back));
    if (past.error()) {
        o.pace = core::pace::not_known;
        core::add_to(o.error, "whether it was slower than its usual is not known: " + async::text_of(past.error()));
        co_return;
    }
    const core::recovery_judgement j = core::judge_recovery(last, *past);
    o.pace = j.pace;
    o.usual = j.usual ? j.usual->p50 : core::duration{};
}

}  // namespace mayhem::pipeline
