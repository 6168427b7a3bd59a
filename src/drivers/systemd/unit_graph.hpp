#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/systemd/systemd_unit.hpp"
#include "mayhem/core/rules/reach.hpp"

namespace mayhem::drivers {

/// Units and who goes down with them, as they were found by one look after another: who is named by one of them is
/// looked at next, until nobody is left or the look has gone too far.
///
/// A stop or a restart is passed on by systemd to whoever has `Requires=`, `Requisite=`, `BindsTo=`, `PartOf=` or
/// `StopPropagatedFrom=` on the unit; when its process dies, the same happens in two steps: what is bound to it is
/// stopped at once, and the automatic restart is a restart job, which is passed on to the others (systemd 252,
/// src/core/service.c and unit.c). So one set holds for every action, and nobody is left out who falls in one of them.
///
/// Pure. One thread.
class unit_graph {
public:
    static constexpr std::size_t units_max = 5000;

    /// That unit is to be looked at.
    void want(const std::string& id);

    /// Those to be looked at next; each is returned once.
    [[nodiscard]] std::vector<std::string> take_wanted();

    /// It was looked at, and was so; or there is no such unit.
    void add(const std::string& id, std::optional<systemd_unit> u);

    /// More than `units_max` would have to be looked at: of nobody is it known what falls with it.
    [[nodiscard]] bool is_too_large() const noexcept { return wanted_ever_.size() > units_max; }

    /// Who falls with `id`. `own` is the unit in which Mayhem runs; `is_meant` says of an id whether the group selects
    /// it.
    [[nodiscard]] core::reach reach_of(const std::string& id, std::string_view own,
                                       const std::function<bool(const std::string&)>& is_meant) const;

private:
    std::set<std::string> wanted_ever_;
    std::vector<std::string> wanted_;
    std::map<std::string, std::optional<systemd_unit>> units_;
};

/// Why the host may go down when the unit ends, whoever ends it; nothing if it does not. Pure.
[[nodiscard]] std::optional<std::string> why_host_falls(const systemd_unit& u);

/// Whether it runs, or is about to: otherwise nothing is taken from it.
[[nodiscard]] bool stands(const systemd_unit& u) noexcept;

}  // namespace mayhem::drivers
