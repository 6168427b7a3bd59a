#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "mayhem/async/scheduler.hpp"
#include "mayhem/core/random.hpp"

namespace mayhem::sim {

/// Chooses which ready coroutine goes next, follows every step, and may strike between two of them.
class trace final : public async::scheduler {
public:
    /// Of each thousand steps the hash so far is kept, so that two runs that differ are known to where they agree.
    static constexpr std::uint64_t kept_every = 1024;

    /// `in_order`: as production does, first come, first served.
    trace(core::random_source random, bool in_order) : random_(random), is_in_order_(in_order) {}

    [[nodiscard]] std::size_t choose(std::size_t ready) noexcept override {
        return is_in_order_ ? 0 : static_cast<std::size_t>(random_.below(ready));
    }
    void note(const async::step_taken& s) noexcept override;

    /// After so many more steps, once, and before the next one.
    void strike_after(std::uint64_t steps, std::function<void()> blow);
    void forget_strike() noexcept { steps_left_ = 0; }

    /// So many steps at one moment are a spin: `on_spin` is told, once.
    static constexpr std::uint64_t at_once_max = 100'000;
    std::function<void()> on_spin;

    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
    [[nodiscard]] const std::vector<std::uint64_t>& hashes() const noexcept { return hashes_; }

private:
    void mix(std::uint64_t value) noexcept;

    core::random_source random_;
    const bool is_in_order_;
    std::uint64_t steps_ = 0;
    std::uint64_t hash_ = 0xcbf29ce484222325;
    std::vector<std::uint64_t> hashes_;
    async::clock::time_point moment_{};
    std::uint64_t at_once_ = 0;
    std::uint64_t steps_left_ = 0;
    std::function<void()> blow_;
};

}  // namespace mayhem::sim
