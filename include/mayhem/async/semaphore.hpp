#pragma once

#include <cstddef>
#include <source_location>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/intrusive_list.hpp"

namespace mayhem::async {

/// Lets at most `count` coroutines hold a permit at a time; waiters are served in the order in which they came. The
/// loop's thread only. Must outlive its waiters and permits (asserted).
class semaphore {
public:
    /// A right to be inside, given back when it is destroyed.
    class permit {
    public:
        permit() noexcept = default;
        permit(permit&& other) noexcept : from_(std::exchange(other.from_, nullptr)) {}
        permit& operator=(permit&& other) noexcept {
            std::swap(from_, other.from_);
            return *this;
        }
        ~permit() { release(); }

        void release() noexcept {
            if (semaphore* s = std::exchange(from_, nullptr)) {
                s->give_back();
            }
        }
        [[nodiscard]] explicit operator bool() const noexcept { return from_ != nullptr; }

    private:
        friend class semaphore;
        explicit permit(semaphore& s) noexcept : from_(&s) {}

        semaphore* from_ = nullptr;
    };

    explicit semaphore(std::size_t count) noexcept : available_(count), count_(count) {}
    ~semaphore();
    semaphore(const semaphore&) = delete;
    semaphore& operator=(const semaphore&) = delete;

    /// Waits for a permit. A cancelled wait takes none; one that had been granted already is returned, not lost.
    [[nodiscard]] awaitable<permit> acquire(std::source_location at = std::source_location::current());

    /// A permit if one is free and nobody waits for it, without waiting; otherwise an empty one.
    [[nodiscard]] permit try_acquire() noexcept;

    [[nodiscard]] std::size_t available() const noexcept { return available_; }

private:
    void give_back() noexcept;

    std::size_t available_;
    const std::size_t count_;
    detail::intrusive_list<detail::branch> waiters_;
};

}  // namespace mayhem::async
