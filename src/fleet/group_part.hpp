#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "fleet/ledger.hpp"

namespace mayhem::fleet {

/// What a host knows of its part in one group of the fleet, from moment to moment. The loop's thread only.
class group_part {
public:
    /// `plan` is the fingerprint of the plan that this host follows; `known_version` what a former life knew.
    group_part(std::string group, std::string plan, std::uint64_t known_version = 0)
        : group_(std::move(group)), plan_(std::move(plan)), version_(known_version) {}

    [[nodiscard]] const std::string& group() const noexcept { return group_; }
    [[nodiscard]] const std::string& plan() const noexcept { return plan_; }

    /// Another plan from now on; what is said goes on being counted.
    void follow(std::string plan) { plan_ = std::move(plan); }

    /// Of the next thing that is said of this group: what is said later counts.
    [[nodiscard]] std::uint64_t next_seq() noexcept { return ++seq_; }

    /// The newest version of the group that was heard of: a database that has an older one has lost something.
    [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
    void hear(std::uint64_t version) noexcept { version_ = std::max(version_, version); }

    /// Where the draw was when it was last asked.
    [[nodiscard]] const draw_position& draw() const noexcept { return draw_; }
    void hear(draw_position d) { draw_ = std::move(d); }

    /// How many hosts were there when it was last counted.
    [[nodiscard]] std::size_t present() const noexcept { return present_; }
    void hear_present(std::size_t hosts) noexcept { present_ = std::max<std::size_t>(hosts, 1); }

private:
    const std::string group_;
    std::string plan_;
    std::uint64_t seq_ = 0;
    std::uint64_t version_;
    draw_position draw_{};
    std::size_t present_ = 1;
};

}  // namespace mayhem::fleet
