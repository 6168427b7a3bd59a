#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "mayhem/ports/queue.hpp"
#include "sim/world/process.hpp"

namespace mayhem::sim {

/// A queue that now and then does not renew a lease, as one that lives elsewhere would not, and tells the world what
/// becomes of its messages.
class sim_queue final : public ports::queue {
public:
    sim_queue(process& p, std::unique_ptr<ports::queue> real) : process_(p), real_(std::move(real)) {}

    [[nodiscard]] bool keeps_messages() const noexcept override { return real_->keeps_messages(); }
    async::awaitable<void> publish(std::shared_ptr<const core::message> m, int attempts) override;
    async::awaitable<ports::delivery> receive() override;
    async::awaitable<bool> ack(const ports::delivery& d) override;
    async::awaitable<bool> nack(const ports::delivery& d, std::chrono::nanoseconds delay) override;
    async::awaitable<bool> dead_letter(const ports::delivery& d) override;
    async::awaitable<std::vector<ports::lease>> extend(std::span<const ports::lease> held) override;
    async::awaitable<void> run() override { return real_->run(); }
    void close() noexcept override { real_->close(); }
    [[nodiscard]] ports::queue_depth depth() const noexcept override { return real_->depth(); }
    [[nodiscard]] std::size_t unsettled() const noexcept override { return real_->unsettled(); }
    [[nodiscard]] std::vector<std::shared_ptr<const core::message>> in_flight() const override {
        return real_->in_flight();
    }
    std::vector<std::shared_ptr<const core::message>> take_unsettled() override;

private:
    void tell(const core::message& m, queue_step s);

    process& process_;
    const std::unique_ptr<ports::queue> real_;
    std::set<core::uuid> delivered_;
    std::map<ports::lease, std::shared_ptr<const core::message>> leased_;  ///< whose lease it is
};

}  // namespace mayhem::sim
