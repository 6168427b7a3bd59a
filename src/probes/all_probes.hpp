#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mayhem/ports/probe.hpp"

namespace mayhem::probes {

/// Passes when all of them pass, which are asked at the same time, so that it takes as long as the slowest. What does
/// not pass is named, the one that the config names first before the others.
class all_probes final : public ports::probe {
public:
    /// At least one, and none is null.
    explicit all_probes(std::vector<std::unique_ptr<ports::probe>> probes);

    [[nodiscard]] std::string describe() const override;
    async::awaitable<ports::probe_result> ask(const core::target& t) override;

private:
    std::vector<std::unique_ptr<ports::probe>> probes_;
};

}  // namespace mayhem::probes
