#pragma once

#include <span>
#include <utility>
#include <vector>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "queues/memory/memory_queue.hpp"

namespace mayhem::test {

/// A queue that is elsewhere: it may keep its messages, and its answer to an extension takes a way. What it does else,
/// the queue in memory behind it does.
class remote_queue final : public ports::queue {
public:
    explicit remote_queue(queues::memory_queue& behind) : behind_(behind) { may_answer.set(); }

    bool keeps = false;
    async::event may_answer;                            ///< cleared: extensions wait
    std::vector<std::vector<ports::lease>> extensions;  ///< each that was asked for

    [[nodiscard]] bool keeps_messages() const noexcept override { return keeps; }
    async::awaitable<std::vector<ports::lease>> extend(std::span<const ports::lease> held) override {
        const async::frame here;
        const std::vector<ports::lease> all(held.begin(), held.end());
        extensions.push_back(all);
        co_await may_answer.wait();
        std::vector<ports::lease> lost = co_await behind_.extend(all);
        co_return lost;
    }

    async::awaitable<void> publish(std::shared_ptr<const core::message> m, int attempts) override {
        return behind_.publish(std::move(m), attempts);
    }
    async::awaitable<ports::delivery> receive() override { return behind_.receive(); }
    async::awaitable<bool> ack(const ports::delivery& d) override { return behind_.ack(d); }
    async::awaitable<bool> nack(const ports::delivery& d, std::chrono::nanoseconds by) override {
        return behind_.nack(d, by);
    }
    async::awaitable<bool> dead_letter(const ports::delivery& d) override { return behind_.dead_letter(d); }
    async::awaitable<void> run() override { return behind_.run(); }
    void close() noexcept override { behind_.close(); }
    [[nodiscard]] ports::queue_depth depth() const noexcept override { return behind_.depth(); }
    [[nodiscard]] std::size_t unsettled() const noexcept override { return behind_.unsettled(); }
    [[nodiscard]] std::vector<std::shared_ptr<const core::message>> in_flight() const override {
        return behind_.in_flight();
    }
    std::vector<std::shared_ptr<const core::message>> take_unsettled() override {
        std::vector<std::shared_ptr<const core::message>> all = behind_.take_unsettled();
        return keeps ? std::vector<std::shared_ptr<const core::message>>{} : all;
    }

private:
    queues::memory_queue& behind_;
};

}  // namespace mayhem::test
