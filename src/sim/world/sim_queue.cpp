#include "sim/world/sim_queue.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"

namespace mayhem::sim {

using stage = message_progress::stage;

void sim_queue::tell(const core::message& m, queue_step s) {
    if (process_.is_alive()) {
        process_.world().log.tell(queue_did{.message = m.id.to_string(), .step = s});
    }
}

async::awaitable<void> sim_queue::publish(std::shared_ptr<const core::message> m, int attempts) {
    const async::frame here;
    const std::shared_ptr<const core::message> mine = m;
    co_await real_->publish(std::move(m), attempts);
    process_.messages().reach(*mine, stage::waiting);
    tell(*mine, queue_step::published);
}

async::awaitable<ports::delivery> sim_queue::receive() {
    const async::frame here;
    ports::delivery d = co_await real_->receive();
    process_.messages().reach(*d.message, stage::received);
    tell(*d.message, queue_step::received);
    leased_.insert_or_assign(d.lease, d.message);
    if (!delivered_.insert(d.message->id).second) {
        process_.world().rare.note(rare_state::delivered_again);
    }
    process_.note_call();
    co_return d;
}

async::awaitable<bool> sim_queue::ack(const ports::delivery& d) {
    const async::frame here;
    const std::shared_ptr<const core::message> m = d.message;
    leased_.erase(d.lease);
    const bool is_mine = co_await real_->ack(d);
    if (is_mine) {
        process_.messages().end(*m);
        delivered_.erase(m->id);
        tell(*m, queue_step::acked);
    }
    co_return is_mine;
}

async::awaitable<bool> sim_queue::nack(const ports::delivery& d, std::chrono::nanoseconds delay) {
    const async::frame here;
    const std::shared_ptr<const core::message> m = d.message;
    leased_.erase(d.lease);
    const bool is_mine = co_await real_->nack(d, delay);
    if (is_mine) {
        tell(*m, queue_step::nacked);
    }
    co_return is_mine;
}

async::awaitable<bool> sim_queue::dead_letter(const ports::delivery& d) {
    const async::frame here;
    const std::shared_ptr<const core::message> m = d.message;
    leased_.erase(d.lease);
    const bool is_mine = co_await real_->dead_letter(d);
    if (is_mine) {
        process_.messages().end(*m);
        delivered_.erase(m->id);
        tell(*m, queue_step::dead_lettered);
    }
    co_return is_mine;
}

std::vector<std::shared_ptr<const core::message>> sim_queue::take_unsettled() {
    std::vector<std::shared_ptr<const core::message>> all = real_->take_unsettled();
    for (const auto& m : all) {
        tell(*m, queue_step::nacked);
    }
    return all;
}

async::awaitable<std::vector<ports::lease>> sim_queue::extend(std::span<const ports::lease> held) {
    const async::frame here;
    std::vector<ports::lease> kept;
    for (const ports::lease l : held) {
        if (!process_.world().dice.roll(fault::dropped_extension)) {
            kept.push_back(l);
        } else if (const auto whose = leased_.find(l); whose != leased_.end()) {
            tell(*whose->second, queue_step::lease_lost);
        }
    }
    std::vector<ports::lease> lost = co_await real_->extend(kept);
    for (std::size_t i = 0; i < lost.size(); ++i) {
        process_.world().rare.note(rare_state::lost_lease);
    }
    co_return lost;
}

}  // namespace mayhem::sim
