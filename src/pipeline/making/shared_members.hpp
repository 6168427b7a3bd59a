#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/ports/restart_record.hpp"
#include "mayhem/ports/victims.hpp"
#include "pipeline/model/group.hpp"
#include "pipeline/model/surroundings.hpp"

namespace mayhem::pipeline {

/// This host's members of a group that is shared with other hosts, as its driver lists them. What the fleet is told so
/// and what the guards count is the same: who is being acted on does not stand.
class shared_members final : public ports::member_source {
public:
    /// All outlive it. `by` does the act for which somebody is looked for.
    shared_members(group& g, ports::driver& by, const surroundings& s) noexcept : group_(g), by_(by), to_(s) {}

    async::awaitable<std::optional<ports::own_members>> look() override;
    async::awaitable<std::vector<std::vector<std::string>>> falls_with(std::vector<core::target> targets) override;

    /// Of those who could be hit at the last look; nothing: nobody was this one.
    [[nodiscard]] std::optional<core::target> find(std::string_view id, std::string_view incarnation) const;

private:
    async::awaitable<std::vector<ports::last_restart>> list_restarted();

    group& group_;
    ports::driver& by_;
    const surroundings& to_;
    std::set<std::string> standing_;  ///< ids, at the last look
    std::vector<core::target> eligible_;
};

}  // namespace mayhem::pipeline
