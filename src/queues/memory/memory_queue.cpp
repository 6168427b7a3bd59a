#include "queues/memory/memory_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "mayhem/async/first_of.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::queues {

memory_queue::memory_queue(async::loop& l, settings s) : loop_(l), settings_(s), channel_(s.capacity) {}

async::awaitable<void> memory_queue::publish(std::shared_ptr<const core::message> m, int attempts) {
    async::throw_if_cancelled();
    entry e{std::move(m), attempts};
    if (delayed_.size() < settings_.capacity && channel_.try_send(e)) {
        return async::ready();
    }
    return publish_when_there_is_room(std::move(e));
}

async::awaitable<void> memory_queue::publish_when_there_is_room(entry e) {
    const async::frame here;
    const auto waiting = being_sent_.insert(being_sent_.end(), e.message);
    while (delayed_.size() >= settings_.capacity && !is_closed_) {
        room_.clear();
        co_await room_.wait();
    }
    const bool sent = co_await channel_.send(e);
    if (!sent) {
        throw asio::system_error(asio::error::eof, "publish on a closed queue");
    }
    being_sent_.erase(waiting);
}

async::awaitable<ports::delivery> memory_queue::receive() {
    async::throw_if_cancelled();
    if (std::optional<entry> next = channel_.try_receive()) {
        return async::ready(grant(std::move(*next)));
    }
    return receive_when_there_is_one();
}

async::awaitable<ports::delivery> memory_queue::receive_when_there_is_one() {
    const async::frame here;
    std::optional<entry> next = co_await channel_.receive();
    if (!next) {
        throw asio::system_error(asio::error::eof, "receive from a closed queue");
    }
    co_return grant(std::move(*next));
}

ports::delivery memory_queue::grant(entry e) {
    std::uint32_t index = 0;
    if (free_slots_.empty()) {
        index = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back().index = index;
    } else {
        index = free_slots_.back();
        free_slots_.pop_back();
    }
    slot& s = slots_[index];
    s.held = std::move(e);
    ++s.held.attempts;
    ++s.generation;
    const async::clock::time_point now = loop_.turn_time();
    s.expires_at = now + settings_.lease;
    by_expiry_.push_back(s);
    if (++leased_ == 1) {
        lease_granted_.set();
    }
    return {s.held.message, s.held.attempts, ports::lease{(std::uint64_t{s.generation} << 32) | index}, now};
}

memory_queue::slot* memory_queue::find(ports::lease l) noexcept {
    const auto number = static_cast<std::uint64_t>(l);
    const auto index = static_cast<std::uint32_t>(number);
    if (index >= slots_.size()) {
        return nullptr;
    }
    slot& s = slots_[index];
    return s.generation == number >> 32 && s.held.message != nullptr ? &s : nullptr;
}

memory_queue::entry memory_queue::release(slot& s) {
    free_slots_.push_back(s.index);
    s.unlink();
    --leased_;
    return std::exchange(s.held, {});
}

async::awaitable<bool> memory_queue::ack(const ports::delivery& d) {
    async::throw_if_cancelled();
    slot* const s = find(d.lease);
    if (s != nullptr) {
        (void)release(*s);  // settled: nothing of it is needed any more
    }
    return async::ready(s != nullptr);
}

async::awaitable<bool> memory_queue::nack(const ports::delivery& d, std::chrono::nanoseconds by) {
    async::throw_if_cancelled();
    slot* const s = find(d.lease);
    if (s != nullptr) {
        delay(release(*s), by);
    }
    return async::ready(s != nullptr);
}

async::awaitable<bool> memory_queue::dead_letter(const ports::delivery& d) {
    async::throw_if_cancelled();
    slot* const s = find(d.lease);
    if (s != nullptr) {
        dead_.push_back(release(*s).message);
        if (dead_.size() > dead_letters_max) {
            dead_.pop_front();
        }
    }
    return async::ready(s != nullptr);
}

async::awaitable<std::vector<ports::lease>> memory_queue::extend(std::span<const ports::lease> held) {
    async::throw_if_cancelled();
    std::vector<ports::lease> lost;
    std::ranges::copy_if(held, std::back_inserter(lost), [this](ports::lease l) { return !renew(l); });
    return async::ready(std::move(lost));
}

bool memory_queue::renew(ports::lease l) noexcept {
    slot* const s = find(l);
    if (s == nullptr) {
        return false;
    }
    s->expires_at = loop_.turn_time() + settings_.lease;
    s->unlink();
    by_expiry_.push_back(*s);
    return true;
}

void memory_queue::delay(entry e, std::chrono::nanoseconds by) {
    delayed_.emplace(loop_.now() + by, std::move(e));
    delay_added_.set();
}

void memory_queue::close() noexcept {
    is_closed_ = true;
    channel_.close();
    room_.set();
}

std::vector<std::shared_ptr<const core::message>> memory_queue::take_unsettled() {
    std::vector<std::shared_ptr<const core::message>> all;
    while (std::optional<entry> e = channel_.try_receive()) {
        all.push_back(std::move(e->message));
    }
    by_expiry_.for_each([&](slot& s) { all.push_back(release(s).message); });
    for (auto& [due, e] : delayed_) {
        all.push_back(std::move(e.message));
    }
    delayed_.clear();
    all.insert(all.end(), being_sent_.begin(), being_sent_.end());
    being_sent_.clear();
    return all;
}

async::awaitable<void> memory_queue::run() {
    const async::frame here;
    const auto [expiry, redelivery] = co_await async::first_of(expire_leases(), redeliver());
    for (const async::settled<void>* half : {&expiry, &redelivery}) {
        if (half->error() && !async::is_cancellation(half->error())) {
            half->rethrow_if_failed();
        }
    }
}

std::vector<std::shared_ptr<const core::message>> memory_queue::in_flight() const {
    std::vector<std::shared_ptr<const core::message>> all;
    for (const slot& s : slots_) {
        if (s.is_linked()) {
            all.push_back(s.held.message);
        }
    }
    return all;
}

async::awaitable<void> memory_queue::expire_leases() {
    const async::frame here;
    for (;;) {
        if (by_expiry_.empty()) {
            lease_granted_.clear();
            co_await lease_granted_.wait();
        }
        co_await async::sleep_until(by_expiry_.empty() ? loop_.now() + settings_.lease : by_expiry_.front().expires_at);
        co_await async::yield();  // where the loop or the host was held up, so were those who would have extended
        while (!by_expiry_.empty() && by_expiry_.front().expires_at <= loop_.now()) {
            delay(release(by_expiry_.front()), {});
        }
    }
}

async::awaitable<void> memory_queue::redeliver() {
    const async::frame here;
    for (;;) {
        delay_added_.clear();
        if (delayed_.empty()) {
            co_await delay_added_.wait();
            continue;
        }
        const auto remaining = delayed_.begin()->first - loop_.now();
        if (remaining > std::chrono::nanoseconds::zero()) {
            (void)co_await async::with_timeout(delay_added_.wait(), remaining);  // an earlier one, or this one is due
            continue;
        }
        const auto due = delayed_.begin();
        const bool sent = co_await channel_.send(due->second);
        if (!sent) {
            co_return;
        }
        delayed_.erase(due);
        room_.set();
    }
}

}  // namespace mayhem::queues
