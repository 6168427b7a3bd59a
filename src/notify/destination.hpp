#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "mayhem/async/event.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/rules/backoff.hpp"
#include "notify/event_filter.hpp"
#include "notify/sender.hpp"

namespace mayhem::notify {

enum class destination_kind { webhook, hook };

/// What became of notifications, counted since the daemon started. `queued` alone goes down as well.
struct notification_counts {
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;   ///< given up
    std::uint64_t dropped = 0;  ///< never tried: the queue was full, or the daemon ended, or the destination vanished
    std::size_t queued = 0;     ///< those that are being sent included
};

struct destination_settings {
    destination_kind kind{};
    std::string name{};
    event_filter filter{};
    int attempts_max = 5;
    core::backoff backoff{std::chrono::seconds{1}, std::chrono::minutes{1}};
};

/// Who is told events: a bounded queue and a task that sends them one after the other, in order. An attempt that failed
/// is repeated after a back-off with jitter, or after what the receiver asked for, `attempts_max` times at most. When
/// the queue is full, the oldest notification is dropped. Nobody waits for any of that. The loop's thread only.
class destination {
public:
    static constexpr std::size_t queue_max = 256;
    static constexpr std::chrono::minutes retry_after_max{5};  ///< a receiver that asks for more gets no more

    /// For a person: what is wrong with a notification, and what becomes of it.
    using warner = std::function<void(std::string_view)>;

    struct surroundings {
        async::loop& loop;
        notification_counts& counts;  ///< of all destinations of the kind; outlives them
        core::random_source random;
        warner warn;
        async::task_group::failure_handler on_failure;
    };

    destination(destination_settings settings, std::shared_ptr<sender> with, surroundings s);

    [[nodiscard]] const destination_settings& settings() const noexcept { return settings_; }

    /// Queues it; never waits.
    void push(std::shared_ptr<const event> e);

    /// From the next attempt on. What waits for its next attempt gets it at once, and all its attempts anew: the new
    /// settings may be the cure.
    void reconfigure(destination_settings settings, std::shared_ptr<sender> with);

    /// What is queued is tried once more, without waiting, and then the task ends.
    void close();

    /// Ends the task; what is left is counted as dropped. How many that were.
    std::size_t cancel(bool hard = false);

    async::awaitable<void> join() { return sending_.join(); }

    [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size() + (current_ ? 1 : 0); }

private:
    async::awaitable<void> run();
    async::awaitable<void> deliver(std::shared_ptr<const event> e);
    async::awaitable<attempt_result> attempt(std::shared_ptr<const event> e);
    void give_up(const event& e, const std::string& why);
    void warn(const std::string& text) const;

    destination_settings settings_;
    std::shared_ptr<sender> sender_;
    surroundings to_;
    std::deque<std::shared_ptr<const event>> queue_;
    std::shared_ptr<const event> current_;
    async::event filled_;  ///< there may be something to do
    async::event hurry_;   ///< there is no reason to wait any longer
    std::uint64_t generation_ = 0;
    bool is_closing_ = false;
    bool is_failing_ = false;   ///< and was warned of
    bool is_dropping_ = false;  ///< likewise
    async::task_group sending_;
};

/// "webhook", "hook".
[[nodiscard]] std::string_view to_string(destination_kind k) noexcept;

}  // namespace mayhem::notify
