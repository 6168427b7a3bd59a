#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mayhem::testing {

/// An HTTP server on a free port of the loopback, in a thread of its own: one request a connection, answered with the
/// bytes that the test says. Ends with its object.
class webhook_receiver {
public:
    /// What the request with that number, counted from 0, is answered with; empty: nothing, and the connection stays.
    using answer = std::function<std::string(std::size_t number)>;

    explicit webhook_receiver(answer a);
    ~webhook_receiver();
    webhook_receiver(const webhook_receiver&) = delete;
    webhook_receiver& operator=(const webhook_receiver&) = delete;

    [[nodiscard]] std::string url(const std::string& path) const;

    /// The requests so far, head and body, one behind the other.
    [[nodiscard]] std::string requests() const;

private:
    void serve();
    void answer_one(int connection);

    answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> is_ending_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<int> kept_;
    std::thread thread_;
};

/// A complete answer without a body.
[[nodiscard]] std::string empty_answer(int status);

}  // namespace mayhem::testing
