#include "mayhem/core/rules/outcome.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mayhem::core {

namespace {

template <typename Enum>
struct named {
    Enum value;
    std::string_view name;
};

constexpr std::array<named<verdict>, all_verdicts.size()> verdicts{{
    {verdict::recovered, "recovered"},
    {verdict::not_recovered, "not_recovered"},
    {verdict::unstable, "unstable"},
    {verdict::not_tolerated, "not_tolerated"},
    {verdict::aborted, "aborted"},
    {verdict::no_effect, "no_effect"},
    {verdict::fault_stuck, "fault_stuck"},
    {verdict::taken_over, "taken_over"},
    {verdict::not_ended, "not_ended"},
    {verdict::unwatched, "unwatched"},
    {verdict::refused, "refused"},
    {verdict::restart_failed, "restart_failed"},
    {verdict::save_failed, "save_failed"},
    {verdict::cancelled, "cancelled"},
    {verdict::lease_lost, "lease_lost"},
    {verdict::stopped, "stopped"},
}};

constexpr std::array<named<guard>, guard_count> guards{{
    {guard::halted, "halted"},
    {guard::expired, "expired"},
    {guard::outside_hours, "outside_hours"},
    {guard::excluded_day, "excluded_day"},
    {guard::too_near_the_end, "too_near_the_end"},
    {guard::protected_target, "protected"},
    {guard::not_opted_in, "not_opted_in"},
    {guard::already_restarted, "already_restarted"},
    {guard::too_young, "too_young"},
    {guard::rested_too_little, "rested_too_little"},
    {guard::too_few_healthy, "too_few_healthy"},
    {guard::too_many_at_once, "too_many_at_once"},
    {guard::daily_limit, "daily_limit"},
    {guard::hourly_limit, "hourly_limit"},
    {guard::breaker_open, "breaker_open"},
    {guard::unsteady, "unsteady"},
    {guard::out_of_reach, "out_of_reach"},
    {guard::dry_run, "dry_run"},
    {guard::would_stay_dead, "would_stay_dead"},
    {guard::busy, "busy"},
    {guard::span_under_way, "span_under_way"},
    {guard::shares_its_cgroup, "shares_its_cgroup"},
    {guard::no_effect_possible, "no_effect_possible"},
    {guard::has_runtime_setting, "has_runtime_setting"},
    {guard::no_fleet, "no_fleet"},
    {guard::no_permit, "no_permit"},
    {guard::other_config, "other_config"},
    {guard::missed, "missed"},
    {guard::unlisted, "unlisted"},
    {guard::no_target, "no_target"},
}};

constexpr std::array<named<disposition>, 3> dispositions{{
    {disposition::acked, "acked"},
    {disposition::nacked, "nacked"},
    {disposition::dead_lettered, "dead_lettered"},
}};

/// Each table stands in the order of its enum, up to the last of it: so that a value is an index.
template <typename Table, typename Enum>
constexpr bool is_complete(const Table& table, Enum last) {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].value) != i) {
            return false;
        }
    }
    return table.back().value == last;
}

static_assert(is_complete(verdicts, all_verdicts.back()));
static_assert(verdicts.size() == all_verdicts.size());
static_assert(is_complete(guards, guard::no_target));
static_assert(is_complete(dispositions, disposition::dead_lettered));

template <typename Table, typename Enum>
std::string_view find_name(const Table& table, Enum value) noexcept {
    return table[static_cast<std::size_t>(value)].name;
}

template <typename Enum, std::size_t Size>
std::optional<Enum> find_value(const std::array<named<Enum>, Size>& table, std::string_view name) noexcept {
    const auto found = std::ranges::find(table, name, &named<Enum>::name);
    return found == table.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace

std::string_view to_string(verdict v) noexcept { return find_name(verdicts, v); }
std::string_view to_string(guard g) noexcept { return find_name(guards, g); }
std::string_view to_string(disposition d) noexcept { return find_name(dispositions, d); }

std::optional<verdict> parse_verdict(std::string_view name) noexcept { return find_value(verdicts, name); }
std::optional<guard> parse_guard(std::string_view name) noexcept { return find_value(guards, name); }
std::optional<disposition> parse_disposition(std::string_view name) noexcept { return find_value(dispositions, name); }

}  // namespace mayhem::core
