#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace mayhem::control {

/// The text on its way to one client of the event stream. Bounded: a client that lets `bytes_max` pile up is dropped
/// rather than waited for. The loop's thread only.
class event_queue {
public:
    static constexpr std::size_t bytes_max = 256UL * 1024;

    /// Called when there is something to take, and when the queue has ended.
    void on_change(std::function<void()> f) { changed_ = std::move(f); }

    /// False, and the queue has ended at once, if the client is too slow.
    bool append(std::string_view text);

    /// Moves up to `room.size()` bytes out; how many.
    std::size_t take(std::span<char> room) noexcept;

    /// No more text: what is there can still be taken.
    void close();

    [[nodiscard]] bool empty() const noexcept { return taken_ == text_.size(); }
    [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }

    /// The client was too slow, and what it lacks is lost.
    [[nodiscard]] bool is_overrun() const noexcept { return is_overrun_; }

private:
    std::function<void()> changed_;
    std::string text_;
    std::size_t taken_ = 0;
    bool is_closed_ = false;
    bool is_overrun_ = false;
};

}  // namespace mayhem::control
