#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/breaker.hpp"
#include "mayhem/core/rules/group_size.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/rules/victim_draw.hpp"
#include "mayhem/ports/plan_memory.hpp"

namespace mayhem::pipeline {

/// What changes about a group while the daemon runs: whose turn it is, who is being restarted now, whether the breaker
/// is open. The record has what a next life needs of it. The loop's thread only.
class group_state {
public:
    /// From choosing to act until the recovery is seen or given up. Moves from place to place with its owner; must end
    /// before the state and the message.
    class act {
    public:
        act() noexcept = default;

        /// `reach`: who falls with it; null: nobody, as far as is known.
        act(group_state& state, const core::message& m, std::shared_ptr<const core::reach> reach);
        act(act&& other) noexcept;
        act& operator=(act&& other) noexcept;
        ~act();

    private:
        group_state* state_ = nullptr;
        const core::message* message_ = nullptr;
    };

    /// Goes on where a former life stopped.
    void restore(const ports::group_memory& memory);

    [[nodiscard]] std::size_t draw(std::span<const core::target> eligible, core::random_source& rng) {
        return draw_.draw(eligible, rng);
    }
    [[nodiscard]] std::uint64_t round() const noexcept { return draw_.round(); }

    /// How many members it has, and what of that is to go on record.
    [[nodiscard]] core::group_size& size() noexcept { return size_; }

    [[nodiscard]] std::size_t acts() const noexcept { return acting_.size(); }
    [[nodiscard]] bool is_acted_on(const core::target& t) const noexcept;

    /// Those who are acted on now, and those who fall with them, to be asked later.
    class all_acted_on {
    public:
        [[nodiscard]] bool contains(const core::target& t) const noexcept;

    private:
        friend group_state;
        struct one {
            core::target target;
            std::shared_ptr<const core::reach> reach;
        };
        std::vector<one> acts_;
    };
    [[nodiscard]] all_acted_on acted_on() const;

    /// The messages because of which they are.
    [[nodiscard]] std::vector<core::uuid> under_way() const;

    /// The outcome may open the breaker; then it says so. True if it opened with this one.
    [[nodiscard]] bool judge(core::outcome& o, const core::target& t, const core::guard_limits& limits);

    /// The outcome that opened the breaker is on record, so that its absence there means that it was closed.
    void breaker_is_recorded() noexcept { is_breaker_recorded_ = true; }

    /// What the record says of the breaker. True if it was open and has been closed by somebody.
    bool note_breaker(const std::optional<core::breaker>& on_record);

    [[nodiscard]] const std::optional<core::breaker>& breaker() const noexcept { return breaker_; }

private:
    struct one_act {
        const core::message* message;
        std::shared_ptr<const core::reach> reach;
    };

    core::victim_draw draw_;
    core::group_size size_;
    std::vector<one_act> acting_;
    core::breaker_watch watch_;
    std::optional<core::breaker> breaker_;
    bool is_breaker_recorded_ = false;
};

}  // namespace mayhem::pipeline
