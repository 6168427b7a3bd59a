#include "support/fake_store.hpp"

#include <utility>

#include <fmt/format.h>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::test {

async::awaitable<bool> fake_store::enter(const core::message& m, const ports::draw_record& d) {
    const async::frame here;
    const core::uuid id = m.id;
    const core::wall_time planned_at = m.planned_at;
    const core::message entered = m;
    const draw drawn{m.target.id, d.round, d.eligible.size()};
    co_await carry_out("enter", fmt::format("enter {}", m.target.name));
    const bool is_new = ids_.insert(id).second;
    if (is_new) {
        planned_.push_back(planned_at);
        on_record.emplace(id, ports::recorded_message{.message = entered});
    }
    if (is_new && drawn.eligible > 0) {
        draws_.push_back(drawn);
    }
    co_return is_new;
}

async::awaitable<void> fake_store::skip(std::span<const core::skip> skips) {
    const async::frame here;
    const std::vector<core::skip> copies(skips.begin(), skips.end());
    co_await carry_out("skip", fmt::format("skip {}", copies.size()));
    skips_.insert(skips_.end(), copies.begin(), copies.end());
}

async::awaitable<std::optional<core::wall_time>> fake_store::follow_plan(const std::string& group, const std::string&,
                                                                         core::wall_time) {
    const async::frame here;
    co_await carry_out("follow_plan", fmt::format("follow_plan {}", group));
    co_return followed_until_;
}

async::awaitable<std::optional<core::guard>> fake_store::claim(const core::message& m, int attempt,
                                                               const ports::restarts_query&, const core::guard_limits&,
                                                               const core::reach*) {
    const async::frame here;
    co_await carry_out("claim", fmt::format("claim {} #{}", m.target.name, attempt));
    co_return claim_answer;
}

async::awaitable<void> fake_store::save(const core::message& m, int attempt, const core::reach*) {
    const async::frame here;
    co_await carry_out("save", fmt::format("save {} #{}", m.target.name, attempt));
}

async::awaitable<void> fake_store::record(const core::message& m, const core::outcome& o) {
    const async::frame here;
    const core::outcome copy = o;
    const core::uuid id = m.id;
    MAYHEM_ASSERT((o.verdict == core::verdict::refused) == o.refused_by.has_value(),
                  "the real store takes no outcome that names a guard without being refused");
    co_await carry_out("record", fmt::format("record {} #{} {} {}", m.target.name, o.attempt,
                                             core::to_string(o.verdict), core::to_string(o.disposition)));
    outcomes_.push_back(copy);
    if (const auto found = on_record.find(id); found != on_record.end()) {
        found->second.error = copy.error;
        found->second.settled =
            copy.disposition == core::disposition::nacked ? std::nullopt : std::optional(copy.disposition);
    }
}

async::awaitable<std::vector<core::seen_recovery>> fake_store::past_recoveries(const core::message& m,
                                                                               std::string_view act, core::wall_time) {
    const async::frame here;
    co_await carry_out("past", fmt::format("past {} {}", m.target.name, act));
    co_return past;
}

async::awaitable<void> fake_store::nack(std::span<const core::uuid> ids, core::wall_time, const std::string& why) {
    const async::frame here;
    const std::vector<core::uuid> copies(ids.begin(), ids.end());
    co_await carry_out("nack", fmt::format("nack {} {}", copies.size(), why));
    nacked_.insert(nacked_.end(), copies.begin(), copies.end());
}

async::awaitable<std::vector<ports::acted_target>> fake_store::acted_on() {
    const async::frame here;
    co_return acted_targets;
}

async::awaitable<std::vector<ports::unfinished_message>> fake_store::unfinished() {
    const async::frame here;
    co_await carry_out("unfinished", "unfinished");
    co_return std::exchange(unfinished_, {});
}

async::awaitable<std::optional<ports::recorded_message>> fake_store::find(const core::uuid& id) {
    const async::frame here;
    const core::uuid wanted = id;
    co_await carry_out("find", "find");
    const auto found = on_record.find(wanted);
    co_return found == on_record.end() ? std::nullopt : std::optional(found->second);
}

async::awaitable<std::vector<ports::group_memory>> fake_store::recall(const std::vector<std::string>&) {
    const async::frame here;
    co_return std::vector<ports::group_memory>{};
}

async::awaitable<bool> fake_store::close_breaker(const std::string&) {
    const async::frame here;
    co_return std::exchange(so_far.breaker, std::nullopt).has_value();
}

async::awaitable<ports::restarts_so_far> fake_store::restarts(const ports::restarts_query& q) {
    const async::frame here;
    co_await carry_out("restarts", fmt::format("restarts {}", q.target));
    co_return so_far;
}

async::awaitable<std::vector<ports::last_restart>> fake_store::restarted_since(const std::string&, core::wall_time) {
    const async::frame here;
    co_await carry_out("restarted_since", "restarted_since");
    co_return last_restarts;
}

void fake_store::fail(const std::string& call, int times, const std::string& why) {
    behaviours_[call].failures_left = times;
    behaviours_[call].why = why;
}

void fake_store::hold(const std::string& call) { behaviours_[call].may_pass.clear(); }

void fake_store::release(const std::string& call) { behaviours_[call].may_pass.set(); }

async::awaitable<void> fake_store::carry_out(std::string call, std::string line) {
    const async::frame here;
    behaviour& b = behaviours_[call];
    const bool fails = b.failures_left > 0;
    b.failures_left -= fails ? 1 : 0;
    calls_.push_back(fails ? line + " (failed)" : line);
    co_await async::yield();
    co_await b.may_pass.wait();
    if (fails) {
        throw core::store_failed(b.why);
    }
}

}  // namespace mayhem::test
