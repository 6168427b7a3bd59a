#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/async/clock.hpp"
#include "mayhem/ports/driver.hpp"
#include "unit/pipeline/fake_action.hpp"

namespace mayhem::test {

/// A driver that does as it is told. Each `list` shows one host that was never seen before ("host-1", "host-2", ...) in
/// its first life; a restart takes `takes`, and the next life is there `comes_back_after` later.
///
/// Acting on a host that it never knew, or twice on one life, fails the test. The loop's thread only.
class fake_driver final : public ports::driver,
                          private ports::lasting,
                          private ports::neighbourhood,
                          private ports::aftermath {
public:
    std::chrono::nanoseconds takes = std::chrono::milliseconds{500};
    std::chrono::nanoseconds takes_after_it_asked{0};  ///< so long it waits after it was told to go ahead
    std::optional<std::chrono::nanoseconds> comes_back_after = std::chrono::nanoseconds{0};  ///< nothing: never
    int falls = 0;                           ///< so many of the next lives end by themselves
    std::chrono::nanoseconds stands_for{0};  ///< each after so long; the one after it is there `comes_back_after` later
    int restart_failures = 0;                ///< so many restarts fail from now on, after `takes`
    std::string unexpected_error;            ///< unless empty, they fail with this, and not with `core::restart_failed`
    bool fails_before_it_asks = false;       ///< they fail before the driver asks whether it may act
    int blind_looks = 0;    ///< so many looks for a successor fail from now on, with "no descriptor is left"
    int list_failures = 0;  ///< so many lists fail from now on
    int slow_lists = 0;     ///< so many take 10 h from now on
    int empty_lists = 0;    ///< so many lists show nothing from now on
    std::chrono::nanoseconds list_takes{0};  ///< so long each list takes, whoever cancels it, as on a thread
    int lost_acts = 0;                       ///< so many acts are in doubt, and come to nothing
    std::optional<core::guard> refuses;      ///< what the driver's own look at the target says
    std::string trouble;                     ///< what it says of each act, or why it refuses
    core::span_terms lasts_for{};            ///< more: it freezes, for so long, instead of restarting
    frozen_thing thing;                      ///< what it freezes
    std::size_t absentees = 0;               ///< so many that the config names do not stand
    std::vector<core::target> standing;      ///< unless empty, each list shows these and no host of its own
    std::optional<core::end_seen> end;       ///< of each that does not stand; nothing: it knows nothing of ends
    int blind_witness = 0;                   ///< so many looks for that fail from now on
    std::optional<core::reach> reach;        ///< what goes down with each target; nothing: it knows no neighbours
    std::optional<core::passing> departs;    ///< what has become of whatever was acted on; nothing: it cannot tell
    std::optional<std::chrono::nanoseconds> stops_after;  ///< so long after the start of the loop all had ended

    /// A host that exists from the start, as a message of a former life names it.
    core::target know(const std::string& name, const std::string& incarnation = "1");

    [[nodiscard]] std::string_view kind() const noexcept override { return "fake"; }
    [[nodiscard]] std::size_t absent() const noexcept override { return absentees; }
    [[nodiscard]] ports::neighbourhood* neighbours() noexcept override { return reach ? this : nullptr; }
    [[nodiscard]] ports::aftermath* afterwards() noexcept override { return departs || end ? this : nullptr; }
    [[nodiscard]] ports::lasting* lasts() noexcept override { return lasts_for.length.count() > 0 ? this : nullptr; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

    /// "NAME INCARNATION" of each act, in order.
    [[nodiscard]] const std::vector<std::string>& acts() const noexcept { return acts_; }
    [[nodiscard]] std::size_t asked() const noexcept { return asked_; }
    [[nodiscard]] std::size_t acting_at_once_max() const noexcept { return acting_max_; }
    [[nodiscard]] std::size_t lists() const noexcept { return lists_; }

private:
    async::awaitable<std::vector<core::reach>> reach_of(std::vector<core::target> targets) override;
    async::awaitable<std::optional<std::vector<std::string>>> lives_of(std::vector<std::string> ids) override;
    async::awaitable<ports::departure> departure_of(core::target t) override;
    [[nodiscard]] bool tells_whose_doing() const noexcept override { return end.has_value(); }
    [[nodiscard]] std::optional<async::clock::time_point> ended_at(const core::target& t) const override;
    [[nodiscard]] const core::span_terms& terms() const noexcept override { return lasts_for; }
    async::awaitable<ports::held_target> hold(const core::target& t) override;
    void note_stood(const core::target& t) override;

    struct host {
        std::string incarnation;
        std::optional<async::clock::time_point> back_at;  ///< of the next incarnation
        bool was_acted_on = false;
        std::optional<async::clock::time_point> falls_at{};
        bool is_down = false;
    };

    void live_on(host& h);

    std::map<std::string, host> hosts_;
    std::vector<std::string> acts_;
    std::size_t listed_ = 0;
    std::size_t lists_ = 0;
    std::size_t asked_ = 0;
    std::size_t acting_ = 0;
    std::size_t acting_max_ = 0;
};

}  // namespace mayhem::test
