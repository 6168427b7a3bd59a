#include "stores/null/null_store.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::stores {

async::awaitable<bool> null_store::enter(const core::message&, const ports::draw_record&) {
    async::throw_if_cancelled();
    return async::ready(true);
}

async::awaitable<std::optional<core::guard>> null_store::claim(const core::message&, int, const ports::restarts_query&,
                                                               const core::guard_limits&, const core::reach*) {
    const async::frame here;
    co_return std::nullopt;
}

async::awaitable<void> null_store::save(const core::message&, int, const core::reach*) {
    const async::frame here;
    co_await async::yield();
}

async::awaitable<void> null_store::record(const core::message&, const core::outcome&) {
    const async::frame here;
    co_await async::yield();
}

async::awaitable<std::vector<core::seen_recovery>> null_store::past_recoveries(const core::message&, std::string_view,
                                                                               core::wall_time) {
    return async::ready(std::vector<core::seen_recovery>());
}

async::awaitable<void> null_store::nack(std::span<const core::uuid>, core::wall_time, const std::string&) {
    const async::frame here;
    co_return;
}

async::awaitable<void> null_store::skip(std::span<const core::skip>) {
    const async::frame here;
    co_return;
}

async::awaitable<std::optional<core::wall_time>> null_store::follow_plan(const std::string&, const std::string&,
                                                                         core::wall_time) {
    const async::frame here;
    co_return std::nullopt;
}

async::awaitable<std::optional<ports::recorded_message>> null_store::find(const core::uuid&) {
    const async::frame here;
    co_return std::nullopt;
}

async::awaitable<std::vector<ports::acted_target>> null_store::acted_on() {
    const async::frame here;
    co_return std::vector<ports::acted_target>{};
}

async::awaitable<std::vector<ports::unfinished_message>> null_store::unfinished() {
    const async::frame here;
    co_return std::vector<ports::unfinished_message>{};
}

async::awaitable<std::vector<ports::group_memory>> null_store::recall(const std::vector<std::string>&) {
    const async::frame here;
    co_return std::vector<ports::group_memory>{};
}

async::awaitable<bool> null_store::close_breaker(const std::string&) {
    const async::frame here;
    co_return false;
}

async::awaitable<ports::restarts_so_far> null_store::restarts(const ports::restarts_query&) {
    const async::frame here;
    co_return ports::restarts_so_far{};
}

async::awaitable<std::vector<ports::last_restart>> null_store::restarted_since(const std::string&, core::wall_time) {
    const async::frame here;
    co_return std::vector<ports::last_restart>{};
}

}  // namespace mayhem::stores
