#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "assembly/driver_factories.hpp"
#include "config/config.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/thread_pool.hpp"

namespace mayhem::app {

/// Keeps what a driver warns of, for who asked. At most `warnings_max`; the rest is dropped.
class warning_collector final : public ports::observer {
public:
    static constexpr std::size_t warnings_max = 100;

    void observe(const ports::step&) noexcept override {}
    void warn(std::string_view text) noexcept override;

    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

private:
    std::vector<std::string> warnings_;
};

/// What drivers need around them where there is no daemon: a command looks at targets, beside a daemon or without one,
/// and touches nothing. Owns the loop on which they run; the drivers end before it.
class bystander {
public:
    explicit bystander(const config& c);

    [[nodiscard]] async::loop& loop() noexcept { return loop_; }

    /// Throws what the driver's constructor throws.
    [[nodiscard]] std::unique_ptr<ports::driver> make_driver(const group_config& g, ports::observer& observer) {
        return factories_.make(g, observer);
    }
    [[nodiscard]] std::unique_ptr<ports::probe> make_probe(const group_config& g) { return factories_.make_probe(g); }
    [[nodiscard]] std::unique_ptr<ports::probe> make_stop_if(const group_config& g) {
        return factories_.make_stop_if(g);
    }

private:
    async::real_clock clock_;
    async::loop loop_{clock_};
    async::thread_pool pool_{2, "mayhem-io"};
    driver_factories factories_;
};

}  // namespace mayhem::app
