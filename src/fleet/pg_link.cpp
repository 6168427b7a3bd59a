#include "fleet/pg_link.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::fleet {

namespace {

constexpr std::chrono::nanoseconds pause_a_try = std::chrono::milliseconds{10};

bool is_worth_another_try(const call_outcome& outcome) noexcept {
    const auto* const no = std::get_if<refused>(&outcome);
    return no != nullptr && meaning_of("ERROR", no->sqlstate) == error_meaning::again;
}

}  // namespace

/// Tells the observer how a call ended. One that was cancelled before it was sent has not been.
class pg_link::report {
public:
    report(link_needs& needs, std::string name) : needs_(needs), name_(std::move(name)) {}
    ~report() {
        if (is_under_way_) {
            end(nullptr);
        }
    }
    report(const report&) = delete;
    report& operator=(const report&) = delete;

    void begin_try() noexcept {
        ++tries_;
        is_under_way_ = true;
    }
    void end_try() noexcept { is_under_way_ = false; }
    void end(const call_outcome* outcome) noexcept {
        needs_.observer.called(
            {.name = name_, .outcome = outcome, .tries = tries_, .took = needs_.loop.now() - began_});
    }

private:
    link_needs& needs_;
    std::string name_;
    async::clock::time_point began_ = needs_.loop.now();
    int tries_ = 0;
    bool is_under_way_ = false;
};

pg_link::pg_link(link_settings s, link_needs n)
    : needs_(std::move(n)), pauses_(needs_.random.stream("pauses")), connection_(std::move(s), needs_) {}

async::awaitable<call_outcome> pg_link::call(statement s, call_terms terms) {
    const async::frame here;
    report told(needs_, s.name);
    call_outcome outcome = not_sent{trouble_in(s)};
    if (std::get<not_sent>(outcome).why.empty()) {
        const auto limit = terms.limit.value_or(connection_.settings().call_limit);
        const auto until = async::clock::after(needs_.loop.now(), limit);
        outcome = co_await try_often(std::move(s), terms.urgency, until, told);
    }
    told.end(&outcome);
    co_return outcome;
}

async::awaitable<call_outcome> pg_link::try_often(statement s, urgency u, async::clock::time_point until,
                                                  report& told) {
    const async::frame here;
    call_outcome outcome = co_await try_once(s, u, until, told);
    for (int tries = 1; tries < tries_max && is_worth_another_try(outcome); ++tries) {
        const auto longest = static_cast<std::uint64_t>((pause_a_try * tries).count());
        const std::chrono::nanoseconds pause{static_cast<std::int64_t>(pauses_.below(longest + 1))};
        if (async::clock::after(needs_.loop.now(), pause) >= until) {
            break;
        }
        co_await async::sleep_for(pause);
        call_outcome next = co_await try_once(s, u, until, told);
        if (std::holds_alternative<not_sent>(next)) {
            break;  // what the last one said holds
        }
        outcome = std::move(next);
    }
    co_return outcome;
}

async::awaitable<call_outcome> pg_link::try_once(statement s, urgency u, async::clock::time_point until, report& told) {
    const async::frame here;
    const auto patience = std::max(until - needs_.loop.now(), async::clock::duration::zero());
    const auto mine = co_await async::with_timeout(order_.take(u), patience);
    const bool is_too_late = !mine || needs_.loop.now() >= until;
    if (is_too_late || !*mine) {
        co_return not_sent{!is_too_late ? "too many calls of the fleet's database wait for their turn"
                                        : "its turn at the fleet's database did not come in time"};
    }
    if (!connection_.is_up()) {
        co_return not_sent{"not connected to the fleet's database: " + connection_.away()};
    }
    const std::chrono::nanoseconds sent = needs_.boot_time();
    told.begin_try();
    call_outcome outcome = co_await connection_->ask(std::move(s), until);
    told.end_try();
    if (auto* const done = std::get_if<rows>(&outcome)) {
        done->sent = sent;
    }
    co_return outcome;
}

}  // namespace mayhem::fleet
