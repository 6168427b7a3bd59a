#include "discovery/unit_fitness.hpp"

#include <algorithm>

#include "api/absence.hpp"
#include "api/inspection.hpp"

namespace mayhem::app {

namespace {

std::string describe(const core::guard_answer& a) {
    return std::string(core::to_string(a.guard)) + " (" + a.looked_at + ")";
}

void take_answers(const target_verdict& v, unit_fitness& to) {
    for (const core::guard_answer& a : v.answers) {
        if (a.guard == core::guard::out_of_reach) {
            to.reach = a.looked_at;
        }
        if (a.refuses && is_lasting(a.guard) && to.why_not.empty()) {
            to.why_not = describe(a);
        }
    }
    if (const core::guard_answer* const no = v.refusal()) {
        to.refused_now = describe(*no);
    }
}

/// "unit web.service: it is masked" without the group that every sentence begins with.
std::string why_absent(const config& only, const group_view& view, const std::string& unit) {
    std::string all;
    for (const std::string& sentence : explain_absence(only, unit)) {
        const std::string group = "group '" + view.group + "': ";
        const std::string rest = sentence.starts_with(group) ? sentence.substr(group.size()) : sentence;
        all.append(all.empty() ? "" : "; ").append(rest);
    }
    if (!all.empty()) {
        return all;
    }
    return view.trouble.empty() ? "systemd knows no unit of that name" : view.trouble;
}

}  // namespace

bool is_lasting(core::guard g) noexcept {
    return g == core::guard::protected_target || g == core::guard::not_opted_in || g == core::guard::would_stay_dead ||
           g == core::guard::out_of_reach;
}

std::vector<unit_fitness> judge_units(const config& only, const std::filesystem::path& store,
                                      std::span<const std::string> units) {
    const std::vector<group_view> views = inspect(only, store);
    std::vector<unit_fitness> all;
    for (const std::string& unit : units) {
        unit_fitness& one = all.emplace_back();
        one.unit = unit;
        const auto& targets = views.at(0).targets;
        const auto found =
            std::ranges::find_if(targets, [&unit](const target_verdict& v) { return v.target.id == unit; });
        if (found != targets.end()) {
            take_answers(*found, one);
        } else {
            one.why_not = why_absent(only, views.front(), unit);
        }
    }
    return all;
}

}  // namespace mayhem::app
