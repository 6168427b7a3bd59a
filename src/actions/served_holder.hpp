#pragma once

#include <string>

#include "actions/holder/hold_question.hpp"
#include "actions/holder_link.hpp"
#include "mayhem/core/result.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::actions {

/// A holder that the service manager starts, with rights that this process lacks, for whoever connects to its socket
/// (mayhem-holder.socket). It decides by a file of root's own whom it touches, and ends with the connection.
class served_holder final : public holder_link {
public:
    /// Connects to it. Throws `system::command_not_started`, which says what to do. Does not block.
    explicit served_holder(const std::string& socket);

    [[nodiscard]] async::awaitable<void> ready() override;
    [[nodiscard]] int orders() const noexcept override { return connection_.get(); }
    [[nodiscard]] int words() const noexcept override { return connection_.get(); }
    void close_orders() noexcept override;
    [[nodiscard]] async::awaitable<void> gone() override;  ///< with the end of its words, it is
    [[nodiscard]] async::awaitable<void> end_by_force() override;
    [[nodiscard]] std::string complaints() override { return "the journal of mayhem-holder says why"; }

private:
    system::unique_fd connection_;
};

/// Asks such a holder, and waits for its answer, two seconds at most: `hold_question`. The error is for a person.
/// Blocks: for when a config is taken over, and for when a former life is cleared up after.
[[nodiscard]] core::result<std::string> ask_holder(const std::string& socket, const hold_question& q);

}  // namespace mayhem::actions
