#pragma once

#include <cstddef>

#include "mayhem/async/blocking.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/unique_function.hpp"
#include "sim/world/process.hpp"

namespace mayhem::sim {

/// Blocking work, on the loop: as many jobs at once as there would be threads, each after a while that is drawn.
class sim_threads final : public async::blocking {
public:
    static constexpr std::size_t threads = 2;

    explicit sim_threads(process& p) : process_(p), free_(threads) {}

    void post(async::unique_function<void()> job) override;
    [[nodiscard]] bool is_outside_loop() const noexcept override { return false; }

private:
    async::awaitable<void> carry_out(async::unique_function<void()> job);

    process& process_;
    async::semaphore free_;
};

}  // namespace mayhem::sim
