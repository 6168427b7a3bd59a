#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assembly/driver_source.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/probe.hpp"
#include "sim/world/herd.hpp"
#include "sim/world/process.hpp"

namespace mayhem::sim {

/// What a driver of the herd does: a signal; or "pause", "freeze", "cut", ..., and on which terms that lasts.
struct sim_act {
    std::string_view action = "signal";
    std::optional<core::span_terms> lasts{};
    bool is_one_of_several = false;  ///< of its group
};

/// Acts on the herd as a driver does on real targets, with all that may go wrong on the way.
class sim_driver final : public ports::driver,
                         private ports::lasting,
                         private ports::neighbourhood,
                         private ports::aftermath {
public:
    /// All of it outlives the driver.
    sim_driver(process& p, herd& targets, std::string group, sim_act a = {});

    [[nodiscard]] std::string_view kind() const noexcept override { return "process"; }
    /// What stands still takes nobody down.
    [[nodiscard]] ports::neighbourhood* neighbours() noexcept override { return lasts() != nullptr ? nullptr : this; }
    [[nodiscard]] std::string_view act() const noexcept override { return does_.action; }
    [[nodiscard]] ports::aftermath* afterwards() noexcept override { return this; }
    async::awaitable<std::vector<core::target>> list() override;
    [[nodiscard]] ports::lasting* lasts() noexcept override { return does_.lasts ? this : nullptr; }
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

private:
    [[nodiscard]] const core::span_terms& terms() const noexcept override { return *does_.lasts; }
    async::awaitable<ports::held_target> hold(const core::target& t) override;
    void note_stood(const core::target&) override {}  // the herd knows

    async::awaitable<std::vector<core::reach>> reach_of(std::vector<core::target> targets) override;
    async::awaitable<std::optional<std::vector<std::string>>> lives_of(std::vector<std::string> ids) override;
    [[nodiscard]] core::reach reach_of(const std::string& name) const;
    async::awaitable<ports::departure> departure_of(core::target t) override;
    [[nodiscard]] bool tells_whose_doing() const noexcept override { return true; }
    [[nodiscard]] ports::departure departure_of(const std::string& name, std::uint64_t number) const;

    [[nodiscard]] std::vector<core::target> look_around(bool& is_true) const;
    async::awaitable<ports::act_result> carry_out(core::target t, std::uint64_t number);

    process& process_;
    scene& scene_;
    herd& herd_;
    const std::string group_;
    const sim_act does_;
    std::vector<core::target> former_;  ///< what a stale list shows
};

/// The steady state of the herd, as a probe sees it.
class sim_probe final : public ports::probe {
public:
    sim_probe(process& p, herd& targets, std::string group);

    [[nodiscard]] std::string describe() const override { return "sim " + group_; }
    async::awaitable<ports::probe_result> ask(const core::target& t) override;

private:
    process& process_;
    herd& herd_;
    const std::string group_;
};

/// What a group's stop condition asks.
class sim_stop_if final : public ports::probe {
public:
    sim_stop_if(process& p, herd& targets, std::string group);

    [[nodiscard]] std::string describe() const override { return "the shop of " + group_; }
    async::awaitable<ports::probe_result> ask(const core::target& t) override;

private:
    process& process_;
    herd& herd_;
    const std::string group_;
};

/// Makes them, whatever the config calls its drivers.
class sim_driver_source final : public app::driver_source {
public:
    sim_driver_source(process& p, herd& targets) : process_(p), herd_(targets) {}

    [[nodiscard]] std::unique_ptr<ports::driver> make(const app::group_config& g, ports::observer& o) override;
    [[nodiscard]] std::unique_ptr<ports::probe> make_probe(const app::group_config& g) override;
    [[nodiscard]] std::unique_ptr<ports::probe> make_stop_if(const app::group_config& g) override;

private:
    process& process_;
    herd& herd_;
};

}  // namespace mayhem::sim
