#include "drivers/process/process_kind.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include "drivers/contract/kept_for_group.hpp"
#include "drivers/contract/name_patterns.hpp"
#include "drivers/contract/span_terms.hpp"
#include "drivers/process/process_driver.hpp"
#include "settings/signal.hpp"

namespace mayhem::drivers {

namespace {

using namespace std::chrono_literals;

constexpr auto own_keys = std::to_array<settings::key>({
    {"executable", ""},
    {"name", ""},
    {"command_line", ""},
    {"user", ""},
    {"except", ""},
    {"action", "\"signal\""},
    {"actions", ""},
    {"by_hand", ""},
    {"for", "\"30s\""},
    {"how", "\"lose\""},
    {"direction", "\"both\""},
    {"ports", ""},
    {"peers", ""},
    {"loss", ""},
    {"latency", ""},
    {"jitter", "\"0s\""},
    {"directory", ""},
    {"fill_to", ""},
    {"keep_free", ""},
    {"signal", "\"TERM\""},
    {"kill_after", ""},
    {"allow_terminal", "false"},
    {"show_arguments", "false"},
    {"allow_dead", "false"},
});

constexpr std::array<std::string_view, 7> action_names{"signal", "freeze", "cut", "loss", "dns", "delay", "fill"};

/// A key that has no effect is a mistake.
void check_action(settings::section& section, process_action action) {
    for (const char* const key : {"signal", "kill_after", "allow_dead"}) {
        if (is_lasting(action) && section.has(key)) {
            section.fail(key, "has no effect with action = \"" + std::string(to_string(action)) + '"');
        }
    }
}

process_criteria read_criteria(settings::section& section) {
    process_criteria criteria;
    section.read("executable", criteria.executable);
    section.read("name", criteria.name);
    section.read("command_line", criteria.command_line);
    if (criteria.executable && !criteria.executable->starts_with('/') &&
        criteria.executable->find('/') != std::string::npos) {
        section.fail("executable", '"' + *criteria.executable +
                                       "\" is a relative path: give an absolute path or the file name alone");
    }
    if (std::string user; section.read("user", user)) {
        try {
            criteria.user = find_user(user);
        } catch (const std::invalid_argument& e) {
            section.fail("user", e.what());
        }
    }
    criteria.except = name_patterns(read_except(section)).excluded();
    if (!section.has_failed() && process_selector::exclude_everything(criteria)) {
        fail_excluded(section, "except");
    }
    const auto selectors = {"executable", "name", "command_line", "user"};
    if (std::ranges::none_of(selectors, [&section](const char* key) { return section.has(key); })) {
        section.fail("selects nothing: give at least one of executable, name, command_line and user");
    }
    return criteria;
}

std::any read(settings::section& section) {
    int signal = SIGTERM;
    std::optional<std::chrono::nanoseconds> kill_after;
    bool allow_terminal = false;
    bool show_arguments = false;
    bool allow_dead = false;
    process_criteria criteria = read_criteria(section);
    read_signal(section, signal);
    section.read("kill_after", kill_after, settings::range<std::chrono::nanoseconds>{10ms, 7 * 24h});
    section.read("allow_terminal", allow_terminal);
    section.read("show_arguments", show_arguments);
    section.read("allow_dead", allow_dead);
    process_action action = process_action::signal;
    core::span_terms terms{.length = 30s};
    if (!section.has("action") || section.read("action", action, parse_process_action, action_names)) {
        check_action(section, action);
        read_span_terms(section, to_string(action), action_names, terms);
    }
    if (section.has_failed()) {
        return {};
    }
    return process_driver_settings{.selector = process_selector(std::move(criteria)),
                                   .signal = signal,
                                   .kill_after = kill_after,
                                   .action = action,
                                   .terms = std::move(terms),
                                   .allow_terminal = allow_terminal,
                                   .show_arguments = show_arguments,
                                   .allow_dead = allow_dead || is_lasting(action)};
}

std::unique_ptr<driver_factory> open(const driver_surroundings& s) {
    return make_plain_factory<process_driver_settings>(
        [&pool = s.pool, flow_name = s.flow_name, own = s.own_files, kept = kept_for_group<process_memory>()](
            const process_driver_settings& of, const std::string& group, once_teller::teller warn) mutable {
            process_driver_settings mine = of;
            mine.terms.disk.spared = own;
            return std::make_unique<process_driver>(std::move(mine), pool, std::move(warn), flow_name,
                                                    kept.of(group, flow_name));
        });
}

std::optional<std::chrono::nanoseconds> lasts(const std::any& settings) {
    const auto& of = std::any_cast<const process_driver_settings&>(settings);
    return is_lasting(of.action) ? std::optional(of.terms.length) : std::nullopt;
}

std::string_view act(const std::any& settings) {
    return to_string(std::any_cast<const process_driver_settings&>(settings).action);
}

}  // namespace

std::string_view to_string(process_action a) noexcept { return action_names.at(static_cast<std::size_t>(a)); }

std::optional<process_action> parse_process_action(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(action_names, name);
    return found == action_names.end() ? std::nullopt
                                       : std::optional(static_cast<process_action>(found - action_names.begin()));
}

const driver_kind process_kind{.name = "process",
                               .keys = own_keys,
                               .read = &read,
                               .open = &open,
                               .lasts = &lasts,
                               .actions = action_names,
                               .act = &act};

}  // namespace mayhem::drivers
