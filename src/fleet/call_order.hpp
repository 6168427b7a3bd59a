#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/event.hpp"

namespace mayhem::fleet {

enum class urgency {
    first,     ///< claims and halts
    ordinary,  ///< all else
};

/// Lets one call at a time onto a connection: those that are urgent before those that are not, and otherwise in the
/// order in which they came. The loop's thread only; outlives everybody who waits.
class call_order {
public:
    static constexpr std::size_t waiting_max = 1024;

    /// The right to call, given back when it is destroyed.
    class turn {
    public:
        turn() noexcept = default;
        turn(turn&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
        turn& operator=(turn&& other) noexcept {
            std::swap(of_, other.of_);
            return *this;
        }
        ~turn() { end(); }

        void end() noexcept {
            if (call_order* const of = std::exchange(of_, nullptr)) {
                of->pass_on();
            }
        }
        [[nodiscard]] explicit operator bool() const noexcept { return of_ != nullptr; }

    private:
        friend class call_order;
        explicit turn(call_order& of) noexcept : of_(&of) {}

        call_order* of_ = nullptr;
    };

    call_order() = default;
    ~call_order();
    call_order(const call_order&) = delete;
    call_order& operator=(const call_order&) = delete;

    /// Waits for its turn. An empty one at once when `waiting_max` wait already. A cancelled wait takes none.
    [[nodiscard]] async::awaitable<turn> take(urgency u);

    [[nodiscard]] std::size_t waiting() const noexcept { return lines_[0].size() + lines_[1].size(); }

private:
    struct waiter {
        async::event called;
        bool has_turn = false;
    };
    class place;

    void pass_on() noexcept;

    bool is_taken_ = false;
    std::array<std::deque<waiter*>, 2> lines_;
};

}  // namespace mayhem::fleet
