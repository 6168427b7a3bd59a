#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <vector>

#include "mayhem/async/detail/frame_pool.hpp"

namespace mayhem::pipeline {

/// The lives that acts of ours end, or take down with others, from before each act until it is settled what became of
/// it: so that whatever falls meanwhile is not taken for somebody's whom nobody foretold. Holds a 64-bit hash of each
/// life; a clash hides a finding, and never makes one. Bounded by the handlers that are at work, and the last
/// `ended_max` lives of acts that have ended. The loop's thread only.
class own_acts {
public:
    /// Of one act: the target's, and those of whoever falls with it.
    struct lives {
        std::uint64_t first = 0;
        std::vector<std::uint64_t> others{};
    };

    static constexpr std::size_t ended_max = 4'096;

private:
    using open_acts = std::list<lives, async::detail::pool_allocator<lives>>;

public:
    /// Until it is settled. Must end before the list.
    class hold {
    public:
        hold() noexcept = default;
        hold(hold&& other) noexcept;
        hold& operator=(hold&& other) noexcept;
        ~hold();

    private:
        friend own_acts;
        hold(own_acts& all, open_acts::iterator mine) noexcept : all_(&all), mine_(mine) {}

        own_acts* all_ = nullptr;
        open_acts::iterator mine_{};
    };

    [[nodiscard]] hold begin(lives touched);

    /// A point in the order in which acts end.
    using moment = std::uint64_t;
    [[nodiscard]] moment now() const noexcept { return forgotten_ + ended_.size(); }

    /// Whether an act that was under way at that moment, or has begun since, had to do with this life. True where that
    /// is forgotten.
    [[nodiscard]] bool had_to_do_with(std::uint64_t life, moment since) const noexcept;

private:
    void end(std::uint64_t life);

    open_acts open_;
    std::deque<std::uint64_t> ended_;
    moment forgotten_ = 0;
};

}  // namespace mayhem::pipeline
