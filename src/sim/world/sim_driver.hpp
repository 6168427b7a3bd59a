#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "assembly/driver_source.hpp"
#include "mayhem/ports/driver.hpp"
#include "mayhem/ports/probe.hpp"
#include "sim/world/herd.hpp"
#include "sim/world/process.hpp"

namespace mayhem::sim {

/// Acts on the herd as a driver does on real targets, with all that may go wrong on the way.
class sim_driver final : public ports::driver {
public:
    /// All of it outlives the driver.
    sim_driver(process& p, herd& targets, std::string group);

    [[nodiscard]] std::string_view kind() const noexcept override { return "process"; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

private:
    [[nodiscard]] std::vector<core::target> look_around(bool& is_true) const;
    async::awaitable<ports::act_result> act(core::target t, std::uint64_t number);

    process& process_;
    scene& scene_;
    herd& herd_;
    const std::string group_;
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

/// Makes them, whatever the config calls its drivers.
class sim_driver_source final : public app::driver_source {
public:
    sim_driver_source(process& p, herd& targets) : process_(p), herd_(targets) {}

    [[nodiscard]] std::unique_ptr<ports::driver> make(const app::group_config& g, ports::observer& o) override;
    [[nodiscard]] std::unique_ptr<ports::probe> make_probe(const app::group_config& g) override;
    void start(async::task_group& tasks) override { (void)tasks; }

private:
    process& process_;
    herd& herd_;
};

}  // namespace mayhem::sim
