#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/ports/observer.hpp"
#include "notify/destination.hpp"

namespace mayhem::notify {

/// A destination that is to be, from a config.
struct destination_plan {
    destination_settings settings;
    std::shared_ptr<sender> with;
};

/// Tells the operator's webhooks and commands what happens to messages and what becomes of the halt. As an observer it
/// only copies and queues: a restart never waits for a notification, whatever a receiver does. Has no destination until
/// `replace`. `flush` comes before the destructor. The loop's thread only.
class notifier final : public ports::observer {
public:
    static constexpr std::size_t destinations_max = 32;

    /// How long `flush` may take when there is something to tell; what a cut command needs to end comes on top.
    static constexpr std::chrono::seconds flush_max{2};

    struct surroundings {
        async::loop& loop;
        std::string host;            ///< what events call this host
        core::random_source random;  ///< for the back-offs and the ids
        destination::warner warn;
        async::task_group::failure_handler on_failure;
    };

    explicit notifier(surroundings s);

    /// The destinations from now on. One that keeps its kind and name keeps its queue, and delivers it as the new
    /// settings say; one that vanishes drops it. Returns when those that vanished have ended: at once, or within
    /// seconds if a command had to be cut. Not to be cancelled.
    async::awaitable<void> replace(std::vector<destination_plan> plans);

    void observe(const ports::step& s) noexcept override;
    void warn(std::string_view /*text*/) noexcept override {}

    /// Tells what concerns no message: `halted`, `resumed`.
    void tell(event_kind k, std::string_view who, std::string_view detail);

    /// The end: each notification that waits gets one attempt, all of them together `flush_max`. How many were not
    /// delivered.
    async::awaitable<std::size_t> flush();

    /// Cuts a flush short, without mercy.
    void cut();

    [[nodiscard]] const notification_counts& counts(destination_kind k) const noexcept {
        return counts_[static_cast<std::size_t>(k)];
    }
    [[nodiscard]] std::size_t waiting() const noexcept;
    [[nodiscard]] bool has_destinations() const noexcept { return !destinations_.empty(); }

private:
    [[nodiscard]] bool is_wanted(event_kind k, bool is_slower, const std::string& group) const noexcept;
    void queue(event e);
    async::awaitable<void> join_all();
    [[nodiscard]] std::size_t undelivered() const noexcept;

    surroundings to_;
    notification_counts counts_[2];
    std::list<std::unique_ptr<destination>> destinations_;
    std::list<std::unique_ptr<destination>> leaving_;
};

/// The event that a step is; nothing for a step that nobody is told.
[[nodiscard]] std::optional<event_kind> event_of(ports::step_kind k) noexcept;

}  // namespace mayhem::notify
