#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assembly/notification_plans.hpp"
#include "config/config.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/async/blocking.hpp"
#include "notify/notifier.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The daemon's notifications: makes the destinations that a config names, tells them of the halt, and ends them. What
/// it is given outlives it; `flush` comes before the destructor. The loop's thread only.
class notification_desk {
public:
    struct surroundings {
        async::loop& loop;
        async::blocking& pool;
        halt_desk& halt;
        telemetry::log log;
        std::uint64_t seed;  ///< for the jitter of repeated deliveries
        notify::destination::warner warn;
        async::task_group::failure_handler on_failure;
    };

    explicit notification_desk(surroundings s);

    /// Is told the steps of the messages' lives.
    [[nodiscard]] ports::observer& observer() noexcept { return notifier_; }
    [[nodiscard]] const notify::notifier& notifier() const noexcept { return notifier_; }

    using plans = core::result<std::vector<notify::destination_plan>, std::vector<settings::error>>;

    /// What `c`, which was read from `file`, asks for: reads the files with secrets, on a thread of the pool.
    async::awaitable<plans> read(const config& c, std::string file);

    /// From now on; see `notifier::replace`.
    async::awaitable<void> replace(std::vector<notify::destination_plan> p) { return notifier_.replace(std::move(p)); }

    /// `read` and `replace`. Throws `std::runtime_error` for a file with a secret that cannot be used.
    async::awaitable<void> start(const config& c, std::string file);

    /// Tells what a former life has left standing, and nobody can end: `why`.
    void tell_stuck(std::string_view why);

    /// Delivers what waits, within `notifier::flush_max`, and logs what it could not.
    async::awaitable<void> flush();
    void cut() { notifier_.cut(); }

    /// How long `flush` may take, a command that it has to cut included.
    [[nodiscard]] std::chrono::nanoseconds flush_max() const noexcept;

private:
    void tell(std::string_view what, const pipeline::halt_reason& r);

    surroundings to_;
    notify::notifier notifier_;
};

}  // namespace mayhem::app
