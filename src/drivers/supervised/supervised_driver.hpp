#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/supervised/supervisor.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

struct supervised_driver_settings {
    int signal = SIGKILL;  ///< one that ends processes (`is_deadly`)
    supervisor::scope scope = supervisor::scope::main_process;

    /// If set: a life that still goes on this long after `signal` gets SIGKILL, unless the go-ahead was withdrawn.
    std::optional<std::chrono::nanoseconds> kill_after = std::nullopt;
};

/// The one command that Mayhem runs itself: `mayhem exec -- CMD...`. Ends its current life; the supervisor starts the
/// next one, without back-off because it was no failure.
///
/// Target: `id` is the command line, `name` the program's file name, the incarnation that of the process. It is listed
/// while a life is ready. The supervisor outlives the driver, and its `run` runs on the same loop.
class supervised_driver final : public ports::driver, private ports::aftermath {
public:
    /// Throws `std::invalid_argument` for a signal that ends nothing.
    supervised_driver(supervised_driver_settings settings, supervisor& s);

    [[nodiscard]] std::string_view kind() const noexcept override { return "supervised"; }
    [[nodiscard]] ports::target_scope scope() const noexcept override { return ports::target_scope::incarnation; }
    [[nodiscard]] ports::aftermath* afterwards() noexcept override { return this; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

private:
    async::awaitable<ports::departure> departure_of(core::target t) override;
    [[nodiscard]] bool is_current(const core::target& t) const;
    [[nodiscard]] core::target make_target(const supervised_life& life) const;

    const supervised_driver_settings settings_;
    supervisor& supervisor_;
    const std::string id_;
    const std::string name_;
};

}  // namespace mayhem::drivers
