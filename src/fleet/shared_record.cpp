#include "fleet/shared_record.hpp"

#include "mayhem/async/frame.hpp"

namespace mayhem::fleet {

async::awaitable<std::optional<core::guard>> shared_limits::claim(const core::message& m, int attempt,
                                                                  const ports::restarts_query& q,
                                                                  const core::guard_limits& l,
                                                                  const core::reach* foretold) {
    const async::frame here;
    const std::optional<core::guard> refused_by = co_await own_.claim(m, attempt, q, l, foretold);
    if (refused_by || !member_.has(m.group)) {
        co_return refused_by;
    }
    co_return co_await member_.claim(m);
}

async::awaitable<void> shared_journal::record(const core::message& m, const core::outcome& o) {
    const async::frame here;
    co_await own_.record(m, o);
    if (member_.has(m.group)) {
        member_.settle(m, o);
    }
}

}  // namespace mayhem::fleet
