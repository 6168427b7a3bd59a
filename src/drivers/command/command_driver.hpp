#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/contract/name_patterns.hpp"
#include "drivers/contract/once_teller.hpp"
#include "mayhem/ports/driver.hpp"
#include "system/command.hpp"

namespace mayhem::drivers {

/// The operator's own commands: programs with their arguments, in which {id} and {incarnation} stand for the target's.
struct command_driver_settings {
    std::vector<std::string> list = {};
    std::vector<std::string> restart = {};
    std::vector<std::string> observe = {};  ///< empty: `list` is asked instead
    std::vector<std::pair<std::string, std::string>> environment = {};
    std::chrono::nanoseconds timeout = std::chrono::seconds{30};  ///< of each run
    name_patterns except = {};  ///< of ids and names: who is no target, though listed; wants everything else
    std::size_t targets_max = 10'000;
};

/// Whatever has a command line becomes a target: the operator says how to list, to restart and to observe.
///
/// - `list` prints the targets (`parse_command_targets`), `observe` the incarnation of {id} that runs and is ready, or
///   nothing (`parse_command_incarnation`); both must exit with status 0.
/// - `restart` is run only if the target is listed, and observed to still be the incarnation of the message; a command
/// that fails
///   throws `core::restart_failed` with the last of its output. One that takes too long may have done it all the same,
///   so that counts as done: a second attempt might do it twice. It is not cut by a shutdown before
///   its timeout, unless the shutdown itself runs out of time. The command should name {incarnation} where what it
///   calls can check it: between look and act there is otherwise a moment that belongs to nobody.
/// - Recovery is another incarnation of the same id. While it is watched, a failing `observe` only means "not yet"; it
///   is told once.
class command_driver final : public ports::driver {
public:
    using teller = once_teller::teller;

    /// Throws `std::invalid_argument` without `list` or `restart`.
    command_driver(command_driver_settings settings, teller tell);

    [[nodiscard]] std::string_view kind() const noexcept override { return "command"; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

private:
    [[nodiscard]] system::command make(const std::vector<std::string>& arguments) const;
    [[nodiscard]] async::awaitable<system::command_result> start(std::vector<std::string> arguments,
                                                                 std::string what) const;
    [[nodiscard]] async::awaitable<ports::act_result> run_restart(const core::target& t) const;
    [[nodiscard]] async::awaitable<std::string> run(std::vector<std::string> arguments, std::string purpose) const;

    /// The incarnation that runs; empty if none does. Throws `std::runtime_error`.
    [[nodiscard]] async::awaitable<std::string> observe(const core::target& t) const;
    [[nodiscard]] async::awaitable<std::vector<core::target>> list_all() const;
    [[nodiscard]] async::awaitable<std::vector<core::target>> list_wanted() const;
    [[nodiscard]] bool is_excluded(const core::target& t) const;
    [[nodiscard]] async::awaitable<std::optional<core::target>> find_successor(const core::target& t) const;

    const command_driver_settings settings_;
    once_teller tell_once_;
};

}  // namespace mayhem::drivers
