#include "actions/holder/throttled_unit.hpp"

#include <algorithm>
#include <ctime>
#include <exception>

#include <sys/prctl.h>
#include <unistd.h>

#include "actions/holder/held_processes.hpp"
#include "actions/holder/put_back.hpp"
#include "mayhem/core/text/size_text.hpp"

namespace mayhem::actions {

namespace {

constexpr int tries_max = 3;
constexpr timespec try_again{.tv_sec = 0, .tv_nsec = 100'000'000};
constexpr timespec look_once_more{.tv_sec = 0, .tv_nsec = 20'000'000};
constexpr std::chrono::seconds seen_within{2};

std::optional<std::string> find_setting(const std::string& unit, const core::changed_number& c) {
    std::vector<std::string> files = runtime_files(unit, c.name);
    files.push_back(persistent_file(unit, c.name));
    const auto found = std::ranges::find_if(files, [](const std::string& f) { return ::access(f.c_str(), F_OK) == 0; });
    return found == files.end() ? std::nullopt : std::optional(*found);
}

std::uint64_t since(const std::optional<std::uint64_t>& before, const std::optional<std::uint64_t>& now) {
    return now && before && *now > *before ? *now - *before : 0;
}

/// Whether the kernel counts what that number does.
bool is_counted_in(const unit_counters& now, std::string_view number) {
    if (number == core::unit_number::cpu) {
        return now.throttled.has_value();
    }
    if (number == core::unit_number::memory_high) {
        return now.over_memory.has_value();
    }
    return number == core::unit_number::io_read ? now.read.has_value() : now.written.has_value();
}

}  // namespace

void throttled_unit::undo() noexcept {
    for (int tries = 1; is_set_ && tries <= tries_max; ++tries) {
        try {
            (void)put_back(*order_.unit, order_.first.boot_id);
            is_set_ = false;
        } catch (const std::exception&) {  // the note says to whoever comes next what is to be put back
            (void)::nanosleep(&try_again, nullptr);
        }
    }
}

std::optional<refusal> throttled_unit::begin() {
    std::optional<refusal> refused = try_begin();
    if (refused) {
        undo();
        refused->by = is_set_ ? std::nullopt : refused->by;
    }
    return refused;
}

std::optional<refusal> throttled_unit::try_begin() {
    if (auto refused = find_why_not()) {
        return refused;
    }
    (void)::prctl(PR_SET_PDEATHSIG, 0);  // who has started it may be killed: then it ends by the end of its orders
    before_ = count_unit(order_.first.pid);
    if (auto refused = set_numbers()) {
        return refused;
    }
    if (auto refused = see_effect()) {
        return refused;
    }
    if (!is_that_life(table_, order_.first)) {
        return refusal{.why = "pid " + std::to_string(order_.first.pid) + " is another process by now",
                       .by = core::guard::already_restarted};
    }
    return std::nullopt;
}

std::optional<refusal> throttled_unit::find_why_not() {
    const held_unit& u = *order_.unit;
    for (const core::changed_number& c : u.numbers) {
        if (const auto file = find_setting(u.name, c)) {
            return refusal{.why = "somebody has set " + c.name + " of " + u.name + " by command (" + *file +
                                  "), which is not Mayhem's to put back: put it into the unit's own file, or take it "
                                  "back",
                           .by = core::guard::has_runtime_setting};
        }
    }
    const limited_unit is = unit_bus().look(u.name);
    if (is.invocation != u.invocation || is.active_state != "active") {
        return refusal{.why = "it is another life of " + u.name, .by = core::guard::already_restarted};
    }
    const auto changed = std::ranges::find_if(
        u.numbers, [&is](const core::changed_number& c) { return is.state.find(c.name, c.of) != c.before; });
    if (changed != u.numbers.end()) {
        return refusal{.why = "somebody has just changed its " + changed->name, .by = core::guard::busy};
    }
    return std::nullopt;
}

/// By the number of its life, which systemd compares itself.
std::optional<refusal> throttled_unit::set_numbers() {
    const held_unit& u = *order_.unit;
    unit_bus bus;
    try {
        is_set_ = true;  // from here on nobody knows, unless systemd says no
        bus.set(u.invocation, u.numbers, which_number::ours);
    } catch (const unit_bus_error& e) {
        if (e.is_unknown_unit()) {
            is_set_ = false;
            return refusal{.why = "it is another life of " + u.name, .by = core::guard::already_restarted};
        }
        if (e.is_forbidden()) {
            is_set_ = false;
            return refusal{.why = std::string("systemd says: ") + e.what() +
                                  "; run Mayhem as root, or let polkit allow its user set-property for this unit"};
        }
        throw;
    }
    const limited_unit is = bus.look(u.name);
    for (const core::changed_number& c : u.numbers) {
        if (is.state.find(c.name, c.of) != c.ours) {
            return refusal{.why = "systemd was told to change its " + c.name + ", and has not"};
        }
    }
    return std::nullopt;
}

/// systemd writes it into the control group a moment later. Where it counts nothing, nobody can tell.
std::optional<refusal> throttled_unit::see_effect() {
    const auto& numbers = order_.unit->numbers;
    const auto cpu = std::ranges::find(numbers, core::unit_number::cpu, &core::changed_number::name);
    if (cpu == numbers.end() || !count_unit(order_.first.pid).periods) {
        return std::nullopt;
    }
    const auto until = std::chrono::steady_clock::now() + seen_within;
    constexpr std::uint64_t rounding_us = 1000;
    for (;;) {
        const auto is = count_unit(order_.first.pid).cpu_us;
        if (is && *is <= cpu->ours + rounding_us) {
            return std::nullopt;
        }
        if (std::chrono::steady_clock::now() >= until) {
            return refusal{.why = "systemd has changed its " + cpu->name + ", and its control group has another limit",
                           .by = core::guard::no_effect_possible};
        }
        (void)::nanosleep(&look_once_more, nullptr);
    }
}

/// Of a number that nobody counts, nobody can say that it had none.
core::seen_effect throttled_unit::effect() {
    const unit_counters now = count_unit(order_.first.pid);
    std::string text;
    bool is_seen = false;
    bool is_counted = true;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    for (const core::changed_number& c : order_.unit->numbers) {
        add(core::describe(c));
    }
    for (const core::changed_number& c : order_.unit->numbers) {
        const std::uint64_t throttled = since(before_.throttled.value_or(0), now.throttled);
        const std::uint64_t over = since(before_.over_memory.value_or(0), now.over_memory);
        if (c.name == core::unit_number::cpu && throttled > 0) {
            add("throttled " + std::to_string(throttled) + " of " +
                std::to_string(since(before_.periods.value_or(0), now.periods)) + " periods");
            is_seen = true;
        } else if (c.name == core::unit_number::memory_high && over > 0) {
            add(std::to_string(over) + " times above it");
            is_seen = true;
        } else if (c.name == core::unit_number::io_read && now.read) {
            add(core::format_size(since(before_.read, now.read)) + " read");
            is_seen = is_seen || since(before_.read, now.read) > 0;
        } else if (c.name == core::unit_number::io_write && now.written) {
            add(core::format_size(since(before_.written, now.written)) + " written");
            is_seen = is_seen || since(before_.written, now.written) > 0;
        }
        is_counted = is_counted && is_counted_in(now, c.name);
    }
    if (!is_seen) {
        add("no throttling seen");
    }
    return {.text = std::move(text), .is_none = is_counted && !is_seen};
}

}  // namespace mayhem::actions
