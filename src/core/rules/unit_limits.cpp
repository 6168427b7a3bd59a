#include "mayhem/core/rules/unit_limits.hpp"

#include <algorithm>

#include "mayhem/core/text/size_text.hpp"

namespace mayhem::core {

namespace {

constexpr std::uint64_t us_per_percent = 10'000;

std::string number_in_words(std::string_view name, std::uint64_t number) {
    if (number == unit_number::no_limit) {
        return "without limit";
    }
    if (name == unit_number::cpu) {
        return std::to_string(number / us_per_percent) + " %";
    }
    return format_size(number) + (unit_number::is_of_device(name) ? "/s" : "");
}

/// As a config calls it.
std::string_view key_in_config(std::string_view name) {
    if (name == unit_number::cpu) {
        return "cpu";
    }
    if (name == unit_number::memory_high) {
        return "memory_high";
    }
    return name == unit_number::io_read ? "io_read" : "io_write";
}

/// Another path may be another name of the same device, whose limit would go on, and which of them counts is systemd's
/// secret.
std::optional<std::string> find_other_device(const unit_state& is, const changed_number& c) {
    const auto other = std::ranges::find_if(
        is.numbers, [&c](const unit_number_found& n) { return n.name == c.name && !c.of.empty() && n.of != c.of; });
    return other == is.numbers.end() ? std::nullopt : std::optional(other->of);
}

}  // namespace

std::uint64_t unit_state::find(std::string_view name, std::string_view of) const noexcept {
    const auto found =
        std::ranges::find_if(numbers, [name, of](const unit_number_found& n) { return n.name == name && n.of == of; });
    return found == numbers.end() ? unit_number::no_limit : found->is;
}

throttle_plan plan_throttle(const unit_limits& wanted, const unit_state& is) {
    throttle_plan plan;
    const auto add = [&](std::string_view name, const std::string& of, std::optional<std::uint64_t> to) {
        if (to) {
            plan.numbers.push_back({.name = std::string(name), .of = of, .before = is.find(name, of), .ours = *to});
        }
    };
    add(unit_number::cpu, "",
        wanted.cpu_percent ? std::optional(std::uint64_t{*wanted.cpu_percent} * us_per_percent) : std::nullopt);
    add(unit_number::memory_high, "", wanted.memory_high);
    add(unit_number::io_read, wanted.device, wanted.io_read);
    add(unit_number::io_write, wanted.device, wanted.io_write);
    for (const changed_number& c : plan.numbers) {
        if (c.before <= c.ours) {
            plan.why_not = "its " + c.name + " is " + number_in_words(c.name, c.before) + " already, and " +
                           std::string(key_in_config(c.name)) + " would not make it less";
        } else if (const auto other = find_other_device(is, c)) {
            plan.why_not = "it has " + c.name + " for " + *other + ": name that as the device";
        }
    }
    if (wanted.memory_high && is.memory_used && *wanted.memory_high < *is.memory_used / 2) {
        plan.why_not = "memory_high = " + format_size(*wanted.memory_high) + " is less than half of the " +
                       format_size(*is.memory_used) + " that it uses, and it would hardly run";
        plan.is_too_hard = true;
    }
    return plan;
}

std::string describe(const changed_number& c) {
    return std::string(key_in_config(c.name)) + ' ' + number_in_words(c.name, c.before) + " to " +
           number_in_words(c.name, c.ours);
}

}  // namespace mayhem::core
