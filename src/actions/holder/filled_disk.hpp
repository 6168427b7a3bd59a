#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "actions/holder/standing_fault.hpp"
#include "drivers/proc/process_table.hpp"
#include "mayhem/core/rules/disk_fill.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::actions {

/// A file system is full to a share: by a file without a name (O_TMPFILE), which this process alone has open, so that
/// the kernel frees what it takes when the process ends, and nothing is ever left to be removed. `df` shows it, `ls`
/// and `du` do not.
///
/// What others need it gives back, some times a second, so that they are never left with less than `keep_free`, but for
/// what they take between two looks.
class filled_disk final : public standing_fault {
public:
    explicit filled_disk(hold_order o) : order_(std::move(o)) {}

    /// Keeps CAP_DAC_OVERRIDE, where it has that, until the file is open: a directory is often somebody else's. Then it
    /// has no capability at all; CAP_SYS_RESOURCE would take the reserve of root as well.
    [[nodiscard]] std::optional<refusal> begin() override;
    [[nodiscard]] core::seen_effect effect() override;
    [[nodiscard]] std::optional<hold_word> look() override;

private:
    [[nodiscard]] std::optional<refusal> take(std::uint64_t bytes, const core::disk_space& before);

    const hold_order order_;
    const drivers::process_table table_;
    system::unique_fd file_;
    std::uint64_t taken_ = 0;
    std::uint64_t given_back_ = 0;
    std::string from_to_;
};

}  // namespace mayhem::actions
