#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mayhem/async/clock.hpp"

namespace mayhem::async::detail {

class branch;

/// The deadlines of all sleeping branches: a four-way heap in which each branch knows its place, so that arming and
/// cancelling cost a few cache lines and no system call. Equal deadlines fire in the order in which they were set.
class timer_queue {
public:
    [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

    /// The earliest deadline; the queue must not be empty.
    [[nodiscard]] clock::time_point next() const noexcept { return heap_.front().deadline; }

    /// So many branches find room from now on.
    void make_room(std::size_t branches);
    [[nodiscard]] std::size_t room() const noexcept { return room_; }

    /// Sets `b.timer_slot`; `b` must not be in the queue, and there must be room.
    void insert(branch& b, clock::time_point deadline) noexcept;

    /// Takes `b` out, wherever it stands.
    void erase(branch& b) noexcept;

    /// Takes out the branch with the earliest deadline.
    branch& pop() noexcept;

private:
    struct entry {
        clock::time_point deadline;
        std::uint64_t sequence;
        branch* owner;
    };
    static bool before(const entry& a, const entry& b) noexcept {
        return a.deadline != b.deadline ? a.deadline < b.deadline : a.sequence < b.sequence;
    }
    void sift_up(std::size_t slot, entry e) noexcept;
    void sift_down(std::size_t slot, entry e) noexcept;
    void place(std::size_t slot, const entry& e) noexcept;

    std::vector<entry> heap_;
    std::size_t room_ = 0;
    std::uint64_t sequence_ = 0;
};

}  // namespace mayhem::async::detail
