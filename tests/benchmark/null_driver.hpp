#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mayhem/core/random.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::benchmark {

/// Acts on nothing: one random host a call, and a restart that takes one turn of the loop, or `hold`. For measuring the
/// pipeline.
class null_driver final : public ports::driver {
public:
    struct settings {
        std::chrono::nanoseconds hold{0};
        double failure_probability = 0.0;
        bool random_names = true;
    };

    null_driver(settings s, core::random_source rng) noexcept : settings_(s), random_(rng) {}

    [[nodiscard]] std::string_view kind() const noexcept override { return "null"; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

    /// Restarts that have begun.
    [[nodiscard]] std::uint64_t begun() const noexcept { return begun_; }

private:
    const settings settings_;
    core::random_source random_;
    std::uint64_t begun_ = 0;
    std::uint64_t listed_ = 0;
};

}  // namespace mayhem::benchmark
