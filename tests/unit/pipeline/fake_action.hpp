#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::test {

/// Something that lasts, done to a thing that a test can look at: "freeze".
struct frozen_thing {
    bool is_frozen = false;
    std::string life = "1";
    std::vector<std::string> calls;  ///< "freeze", "thaw", in order; what was refused or failed is none
};

class fake_action final : public ports::action {
public:
    using effect = beginning::effect;

    explicit fake_action(frozen_thing& t) : thing_(t) {}

    beginning begins{.came = effect::stands};  ///< unless the go-ahead says no
    bool freezes = true;                       ///< whatever it says
    std::chrono::nanoseconds end_takes{0};     ///< between its look and what it does
    std::chrono::nanoseconds asked_for{0};     ///< by the last `begin` that went ahead
    std::optional<early_end> ends_early{};     ///< what it says of itself
    core::seen_effect effect_by_now{};         ///< what it says of its effect since it began
    int end_failures = 0;                      ///< so many ends fail from now on
    std::function<void()> on_begin = [] {};    ///< when it has asked

    [[nodiscard]] words called() const noexcept override { return {"freeze", "frozen", "thawed"}; }

    async::awaitable<beginning> begin(ports::undo_note n, core::span_terms terms,
                                      const ports::go_ahead& asked) override {
        const async::frame here;
        if (const auto no = asked.withdrawn_by()) {
            co_return beginning{.refused_by = no};
        }
        asked_for = terms.length;
        on_begin();
        if (freezes && n.life == thing_.life) {
            thing_.is_frozen = true;
            thing_.calls.emplace_back("freeze");
        }
        co_return begins;
    }

    async::awaitable<ending> end(ports::undo_note n) override {
        const async::frame here;
        if (end_failures > 0) {
            --end_failures;
            throw core::undo_failed("the engine is away");
        }
        if (n.life != thing_.life) {
            co_return ending::gone;
        }
        co_await async::sleep_for(end_takes);
        if (!std::exchange(thing_.is_frozen, false)) {
            co_return ending::not_standing;
        }
        thing_.calls.emplace_back("thaw");
        co_return ending::undone;
    }

    [[nodiscard]] std::optional<early_end> ended_early(const ports::undo_note& /*n*/) override { return ends_early; }
    [[nodiscard]] core::seen_effect effect_of(const ports::undo_note& /*n*/) const override { return effect_by_now; }
    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override { return "look at " + n.subject; }
    [[nodiscard]] std::string how_to_end(const ports::undo_note& n) const override { return "thaw " + n.subject; }
    [[nodiscard]] doubts doubted_for() const noexcept override {
        return {.after_it_stood = std::chrono::seconds{5}, .after_no_answer = std::chrono::seconds{60}};
    }

private:
    frozen_thing& thing_;
};

/// The driver's side of it.
class fake_lasting final : public ports::lasting {
public:
    explicit fake_lasting(frozen_thing& t) : thing_(t) {}

    core::span_terms lasts_for{.length = std::chrono::hours{1}};
    std::optional<core::guard> refuses;
    std::vector<std::string> stood;  ///< incarnations on which it has

    [[nodiscard]] const core::span_terms& terms() const noexcept override { return lasts_for; }
    async::awaitable<ports::held_target> hold(const core::target& t) override {
        const async::frame here;
        ports::held_target h;
        h.refusal.refused_by = refuses;
        if (!refuses) {
            h.note = ports::undo_note{
                .action = "freeze", .subject = t.id, .life = thing_.life, .where = "here", .name = "thing " + t.name};
        }
        co_return h;
    }
    void note_stood(const core::target& t) override { stood.push_back(t.incarnation); }

private:
    frozen_thing& thing_;
};

}  // namespace mayhem::test
