#include "drivers/command/command_kind.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "drivers/command/command_driver.hpp"
#include "settings/texts.hpp"

namespace mayhem::drivers {

namespace {

using namespace std::chrono_literals;

constexpr auto own_keys = std::to_array<settings::key>({
    {"list", ""},
    {"restart", ""},
    {"observe", ""},
    {"except", ""},
    {"environment", ""},
    {"timeout", "\"30s\""},
});

bool names_the_target(const std::vector<std::string>& arguments) {
    return std::ranges::any_of(arguments, [](const std::string& a) { return a.find("{id}") != std::string::npos; });
}

void read_arguments(settings::section& section, std::string_view key, std::vector<std::string>& target) {
    if (read_texts(section, key, target) && target.front().empty()) {
        section.fail(key, "begins with an empty text: the first is the program");
    }
}

/// What is run for one target has to be told which.
void demand_id(settings::section& section, std::string_view key, const std::vector<std::string>& arguments) {
    if (!arguments.empty() && !names_the_target(arguments)) {
        section.fail(key, "does not say which target: put {id} where its id belongs");
    }
}

std::any read(settings::section& section) {
    command_driver_settings settings;
    read_arguments(section, "list", settings.list);
    read_arguments(section, "restart", settings.restart);
    read_arguments(section, "observe", settings.observe);
    for (const char* key : {"list", "restart"}) {
        if (!section.has(key)) {
            section.fail(std::string("lacks the command ") + key + ": give it as a list of texts");
        }
    }
    demand_id(section, "restart", settings.restart);
    demand_id(section, "observe", settings.observe);
    read_text_table(section, "environment", settings.environment);
    if (std::ranges::any_of(settings.environment,
                            [](const auto& e) { return e.first.empty() || e.first.find('=') != std::string::npos; })) {
        section.fail("environment", "a name is empty or contains \"=\"");
    }
    settings.except = name_patterns(read_except(section));
    if (settings.except.exclude_everything()) {
        fail_excluded(section, "except");
    }
    section.read("timeout", settings.timeout, {10ms, 1h});
    return settings;
}

std::unique_ptr<driver_factory> open(const driver_surroundings& /*s*/) {
    return make_plain_factory<command_driver_settings>(
        [](const command_driver_settings& of, const std::string& /*group*/, once_teller::teller warn) {
            return std::make_unique<command_driver>(of, std::move(warn));
        });
}

}  // namespace

const driver_kind command_kind{.name = "command", .keys = own_keys, .read = &read, .open = &open};

}  // namespace mayhem::drivers
