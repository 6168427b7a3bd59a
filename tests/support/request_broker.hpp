#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/ports/request_queue.hpp"

namespace mayhem::test {

/// A broker of requests in memory: keeps what is not settled, and delivers it again when its lease is over. What it
/// does badly is said by its members, which a test may change at any time. Outlives the queues that are made of it.
class request_broker {
public:
    explicit request_broker(async::loop& l, std::chrono::nanoseconds lease = std::chrono::seconds{30})
        : loop_(l), lease_(lease) {}

    void put(std::string body);

    /// A subscription, for one life of a daemon.
    [[nodiscard]] std::unique_ptr<ports::request_queue> subscribe();

    bool is_away = false;           ///< nothing is delivered, and nothing is heard
    bool are_answers_lost = false;  ///< what is said is heard, and not answered
    bool is_time_over = false;      ///< each extension comes too late
    std::vector<std::string> said;  ///< "receive 1 #1", "extend 1", "ack 1", "nack 1 100ms", "dead 1 WHY", by number

    [[nodiscard]] std::size_t kept() const noexcept;
    [[nodiscard]] std::vector<std::string> said_but_extend() const;

private:
    class subscription;

    struct entry {
        std::string body;
        int number = 0;
        int deliveries = 0;
        ports::lease lease{};
        async::clock::time_point not_before{};
        bool is_settled = false;
    };

    [[nodiscard]] entry* next();
    [[nodiscard]] entry* find(ports::lease of);

    async::loop& loop_;
    const std::chrono::nanoseconds lease_;
    std::deque<entry> entries_;
    std::uint64_t leases_ = 0;
};

}  // namespace mayhem::test
