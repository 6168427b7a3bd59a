#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "notify/sender.hpp"

namespace mayhem::test {

/// A sender on virtual time: each attempt takes `takes` and ends with the next result of `results`, or well when there
/// is none left.
class scripted_sender final : public notify::sender {
public:
    explicit scripted_sender(async::loop& l) : loop_(l), began_(l.now()) {}

    std::chrono::nanoseconds takes = std::chrono::milliseconds{10};
    std::deque<notify::attempt_result> results;

    /// "TARGET@MILLISECONDS" of each attempt, when it began.
    std::vector<std::string> attempts;

    async::awaitable<notify::attempt_result> send(std::shared_ptr<const notify::event> e) override {
        const async::frame here;
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(loop_.now() - began_);
        attempts.push_back(e->target + "@" + std::to_string(since.count()));
        co_await async::sleep_for(takes);
        notify::attempt_result result;
        if (!results.empty()) {
            result = results.front();
            results.pop_front();
        }
        co_return result;
    }

private:
    async::loop& loop_;
    const async::clock::time_point began_;
};

}  // namespace mayhem::test
