#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/intrusive_list.hpp"
#include "mayhem/async/detail/suspend.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

/// What a channel carries: a value that moves without throwing.
template <typename T>
concept can_be_sent = std::is_nothrow_move_constructible_v<T>;

/// A bounded queue between coroutines: `send` waits while it is full, `receive` while it is empty, both first come
/// first served. The talk's `asyncio.Queue`, with an end.
///
/// Nothing is lost or doubled under cancellation: a cancelled `send` leaves its value with the caller, a cancelled
/// `receive` takes nothing, and where the hand-over had happened before the cancellation, the call succeeds. (That
/// is why this is not `asio::experimental::channel`, whose `close` drops what is buffered.)
///
/// The loop's thread only; elsewhere, what would touch somebody who waits throws `wrong_thread` and does nothing. Must
/// outlive everybody who waits on it (asserted).
template <typename T>
class channel {
    static_assert(can_be_sent<T>, "a value that may throw while it is moved would be lost between two coroutines");

public:
    explicit channel(std::size_t capacity) : capacity_(capacity) {
        MAYHEM_ASSERT(capacity > 0, "a channel holds at least one value");
    }
    ~channel() { MAYHEM_ASSERT(senders_.empty() && receivers_.empty(), "a channel must outlive those who wait on it"); }
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    /// Moves from `value` exactly when it returns true; false means that the channel is closed. `value` must live until
    /// then.
    [[nodiscard]] awaitable<bool> send(T& value, std::source_location at = std::source_location::current()) {
        const frame here{at};
        if (try_send(value)) {
            co_return true;
        }
        if (is_closed_) {
            co_return false;
        }
        wait_slot waiting{&value, false};
        co_await detail::park{"channel send", at, [this, &waiting](detail::branch& b) noexcept {
                                  b.wait_data = &waiting;
                                  senders_.push_back(b);
                              }};
        detail::throw_if_aborted();
        co_return waiting.done;
    }

    /// The next value; nothing once the channel is closed and drained.
    [[nodiscard]] auto receive(std::source_location at = std::source_location::current()) noexcept {
        return reception(*this, at);
    }

    /// Sends without waiting: false, and `value` untouched, when the channel is full or closed.
    [[nodiscard]] bool try_send(T& value) {
        if (is_closed_) {
            return false;
        }
        if (!receivers_.empty()) {
            detail::branch& receiver = receivers_.front();
            receiver.owner_loop.check_thread("channel::send");
            static_cast<std::optional<T>*>(receiver.wait_data)->emplace(std::move(value));
            receiver.wake();
            return true;
        }
        if (buffer_.size() >= capacity_) {
            return false;
        }
        buffer_.push_back(std::move(value));
        return true;
    }

    /// Receives without waiting: nothing when the channel is empty.
    [[nodiscard]] std::optional<T> try_receive() {
        if (buffer_.empty()) {
            return std::nullopt;
        }
        if (!senders_.empty()) {
            admit_sender();  // first: without memory for it, nothing has been taken yet
        }
        std::optional<T> value{std::move(buffer_.front())};
        buffer_.pop_front();
        return value;
    }

    /// No more values: senders that wait get false, what is buffered can still be received, then receivers get nothing.
    void close() {
        for (auto* waiting : {&senders_, &receivers_}) {
            if (!waiting->empty()) {
                waiting->front().owner_loop.check_thread("channel::close");
            }
        }
        is_closed_ = true;
        senders_.for_each([](detail::branch& b) { b.wake(); });
        receivers_.for_each([](detail::branch& b) { b.wake(); });
    }

    [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
    [[nodiscard]] std::size_t size() const noexcept { return buffer_.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

private:
    /// `receive`, which needs no frame where it is awaited at once.
    class [[nodiscard]] reception {
    public:
        using value_type = std::optional<T>;
        using waits_on_branch = void;

        reception(channel& from, std::source_location at) noexcept : from_(from), at_(at) {}

        [[nodiscard]] bool await_ready() {
            if (detail::current_branch->is_refused()) [[unlikely]] {
                detail::throw_if_cancelled_now();
                return false;
            }
            received_ = from_.try_receive();
            return (received_.has_value() || from_.is_closed_) && --detail::awaits_left >= 0;
        }
        void await_suspend(std::coroutine_handle<> waiting) noexcept {
            detail::branch& b = *detail::current_branch;
            if (detail::awaits_left < 0 && gives_way(b, waiting)) [[unlikely]] {
                return;
            }
            b.park(waiting, "channel receive", at_, nullptr);
            b.wait_data = &received_;
            from_.receivers_.push_back(b);
            has_waited_ = true;
        }
        value_type await_resume() {
            if (has_waited_) {
                detail::throw_if_aborted();
            }
            return std::move(received_);
        }

        operator awaitable<value_type>() && {  // NOLINT(google-explicit-constructor)
            return run_alone(std::move(*this));
        }

    private:
        [[gnu::cold]] bool gives_way(detail::branch& b, std::coroutine_handle<> waiting) noexcept {
            if (b.is_refused()) {
                b.refuse_later(waiting, "channel receive", at_);
                has_waited_ = true;
                return true;
            }
            const bool has_ended = received_.has_value() || from_.is_closed_;
            if (has_ended) {
                b.give_way(waiting);  // and returns what it has, whatever happens meanwhile
            }
            return has_ended;
        }
        static awaitable<value_type> run_alone(reception r) { co_return co_await r; }

        channel& from_;
        std::source_location at_;
        std::optional<T> received_;
        bool has_waited_ = false;
    };

    struct wait_slot {
        T* value;
        bool done;
    };

    void admit_sender() {
        detail::branch& sender = senders_.front();
        sender.owner_loop.check_thread("channel::receive");
        auto& waiting = *static_cast<wait_slot*>(sender.wait_data);
        buffer_.push_back(std::move(*waiting.value));
        waiting.done = true;
        sender.wake();
    }

    const std::size_t capacity_;
    bool is_closed_ = false;
    std::deque<T> buffer_;
    detail::intrusive_list<detail::branch> senders_;
    detail::intrusive_list<detail::branch> receivers_;
};

}  // namespace mayhem::async
