#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/ports/queue.hpp"

namespace mayhem::queues {

/// The queue of a single process: a bounded channel, with leases.
///
/// A delivery's lease lasts `settings::lease` from its receipt or last extension; one that expires puts the message
/// back. What is nacked waits for its delay, then goes back to the end of the channel. All leases last equally long, so
/// the order of extension is the order of expiry: arming, renewing and ending a lease move a link in a list, and one
/// task watches the oldest.
///
/// Bounded: `publish` waits while `capacity` messages wait for delivery, or as many wait for their back-off.
/// The loop's thread only. The end of `run` and of all who wait on it come before the destructor.
class memory_queue final : public ports::queue {
public:
    struct settings {
        std::size_t capacity = 1024;  ///< at least 1
        std::chrono::nanoseconds lease = std::chrono::seconds{3};
    };

    memory_queue(async::loop& l, settings s);

    [[nodiscard]] bool keeps_messages() const noexcept override { return false; }
    async::awaitable<void> publish(std::shared_ptr<const core::message> m, int attempts) override;
    async::awaitable<ports::delivery> receive() override;
    async::awaitable<bool> ack(const ports::delivery& d) override;
    async::awaitable<bool> nack(const ports::delivery& d, std::chrono::nanoseconds delay) override;
    async::awaitable<bool> dead_letter(const ports::delivery& d) override;
    async::awaitable<std::vector<ports::lease>> extend(std::span<const ports::lease> held) override;
    async::awaitable<void> run() override;
    void close() noexcept override;
    std::vector<std::shared_ptr<const core::message>> take_unsettled() override;

    [[nodiscard]] std::size_t unsettled() const noexcept override {
        return channel_.size() + being_sent_.size() + leased_ + delayed_.size();
    }
    [[nodiscard]] ports::queue_depth depth() const noexcept override {
        return {.waiting = channel_.size(), .leased = leased_, .delayed = delayed_.size()};
    }
    [[nodiscard]] std::vector<std::shared_ptr<const core::message>> in_flight() const override;

    /// Messages given up; kept to be looked at, the newest `dead_letters_max` of them.
    [[nodiscard]] const std::deque<std::shared_ptr<const core::message>>& dead_letters() const noexcept {
        return dead_;
    }

    static constexpr std::size_t dead_letters_max = 1000;

private:
    struct entry {
        std::shared_ptr<const core::message> message;
        int attempts = 0;
    };

    /// A slot of the lease table. A lease is its slot and a generation, so that a stale one is recognised.
    struct slot : async::detail::list_hook {
        entry held;
        std::uint32_t index = 0;
        std::uint32_t generation = 0;
        async::clock::time_point expires_at{};
    };

    async::awaitable<void> publish_when_there_is_room(entry e);
    async::awaitable<ports::delivery> receive_when_there_is_one();
    async::awaitable<void> expire_leases();
    async::awaitable<void> redeliver();
    [[nodiscard]] slot* find(ports::lease l) noexcept;
    [[nodiscard]] bool renew(ports::lease l) noexcept;
    [[nodiscard]] entry release(slot& s);
    ports::delivery grant(entry e);
    void delay(entry e, std::chrono::nanoseconds by);

    async::loop& loop_;
    const settings settings_;
    async::channel<entry> channel_;
    std::deque<slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    async::detail::intrusive_list<slot> by_expiry_;
    std::size_t leased_ = 0;
    std::multimap<async::clock::time_point, entry> delayed_;
    std::deque<std::shared_ptr<const core::message>> dead_;
    std::list<std::shared_ptr<const core::message>> being_sent_;
    bool is_closed_ = false;
    async::event lease_granted_;
    async::event delay_added_;
    async::event room_;
};

}  // namespace mayhem::queues
