#pragma once

#include <string>
#include <vector>

#include "actions/holder_link.hpp"
#include "system/fork_support.hpp"
#include "system/spawned_process.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::actions {

/// A holder that is a child of this process, and has of its rights what its action needs.
class spawned_holder final : public holder_link {
public:
    /// Starts one: `program` is a mayhem, `call` what it is called with, as the order will say: "hold", "cut",
    /// "inside". Throws `system::command_not_started`.
    spawned_holder(const std::string& program, std::vector<std::string> call);

    [[nodiscard]] async::awaitable<void> ready() override;
    [[nodiscard]] int orders() const noexcept override { return orders_.write.get(); }
    [[nodiscard]] int words() const noexcept override { return words_.get(); }
    void close_orders() noexcept override { orders_.write.reset(); }
    [[nodiscard]] async::awaitable<void> gone() override;
    [[nodiscard]] async::awaitable<void> end_by_force() override;
    [[nodiscard]] std::string complaints() override;

private:
    system::pipe_ends orders_;  ///< without its end, the holder ends
    system::spawned_process process_;
    system::unique_fd words_;
    system::unique_fd complaints_;
};

}  // namespace mayhem::actions
