#include "drivers/systemd_unit.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>

#include "drivers/systemd_bus.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

void require(int result) {
    if (result < 0) {
        throw systemd_bus_error("", "systemd described a unit in a form that this version of Mayhem does not know");
    }
}

template <typename Native, typename T>
void read_value(sd_bus_message* m, const char* signature, char type, T& target) {
    Native value{};
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, signature));
    require(sd_bus_message_read_basic(m, type, &value));
    require(sd_bus_message_exit_container(m));
    target = T(value);
}

void read_text(sd_bus_message* m, std::string& target) { read_value<const char*>(m, "s", 's', target); }

void read_flag(sd_bus_message* m, bool& target) {
    int value = 0;
    read_value<int>(m, "b", 'b', value);
    target = value != 0;
}

void read_names(sd_bus_message* m, std::vector<std::string>& target) {
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, "as"));
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "s"));
    for (const char* name = nullptr; sd_bus_message_read_basic(m, 's', &name) > 0;) {
        target.emplace_back(name);
    }
    require(sd_bus_message_exit_container(m));
    require(sd_bus_message_exit_container(m));
}

void read_invocation(sd_bus_message* m, std::string& target) {
    constexpr std::string_view digits = "0123456789abcdef";
    const void* bytes = nullptr;
    std::size_t size = 0;
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, "ay"));
    require(sd_bus_message_read_array(m, 'y', &bytes, &size));
    require(sd_bus_message_exit_container(m));
    for (std::size_t i = 0; i < size; ++i) {
        const unsigned byte = static_cast<const std::uint8_t*>(bytes)[i];
        target += digits[byte >> 4U];
        target += digits[byte & 15U];
    }
}

void read_property(sd_bus_message* m, std::string_view name, systemd_unit& u) {
    if (name == "Id") {
        read_text(m, u.id);
    } else if (name == "Names") {
        read_names(m, u.names);
    } else if (name == "LoadState") {
        read_text(m, u.load_state);
    } else if (name == "ActiveState") {
        read_text(m, u.active_state);
    } else if (name == "SubState") {
        read_text(m, u.sub_state);
    } else if (name == "InvocationID") {
        read_invocation(m, u.invocation);
    } else if (name == "Restart") {
        read_text(m, u.restart);
    } else if (name == "RefuseManualStart") {
        read_flag(m, u.refuses_manual_start);
    } else if (name == "RefuseManualStop") {
        read_flag(m, u.refuses_manual_stop);
    } else if (name == "Transient") {
        read_flag(m, u.is_transient);
    } else if (name == "ConditionResult") {
        read_flag(m, u.conditions_met);
    } else {
        require(sd_bus_message_skip(m, "v"));
    }
}

struct protected_unit {
    std::string_view prefix;
    std::string_view suffix;
    std::string_view why;
};

constexpr std::array<protected_unit, 18> protected_units{{
    {"systemd-", "", "a part of systemd"},
    {"init.scope", "", "PID 1"},
    {"user@", "", "a user's service manager"},
    {"user-runtime-dir@", "", "a part of systemd"},
    {"dbus.service", "", "D-Bus"},
    {"dbus-broker.service", "", "D-Bus"},
    {"dbus-org.freedesktop.", "", "a part of systemd"},
    {"polkit.service", "", "polkit: it decides what Mayhem may do"},
    {"ssh.service", "", "sshd: the way back in"},
    {"sshd.service", "", "sshd: the way back in"},
    {"ssh@", "", "sshd: the way back in"},
    {"sshd@", "", "sshd: the way back in"},
    {"mayhem.service", "", "Mayhem itself"},
    {"mayhem@", "", "Mayhem itself"},
    {"emergency.service", "", "a part of systemd"},
    {"rescue.service", "", "a part of systemd"},
    {"", ".slice", "a slice: it holds other units"},
    {"", ".scope", "a scope: systemd did not start what runs in it"},
}};

bool comes_back_from(std::string_view restart, int signal) {
    const bool is_clean = signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGPIPE;
    if (restart == "always") {
        return true;
    }
    if (restart == "on-success") {
        return is_clean;
    }
    return !is_clean && (restart == "on-failure" || restart == "on-abnormal" || restart == "on-abort");
}

}  // namespace

systemd_unit read_unit(sd_bus_message* properties) {
    systemd_unit u;
    require(sd_bus_message_enter_container(properties, SD_BUS_TYPE_ARRAY, "{sv}"));
    while (sd_bus_message_enter_container(properties, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
        const char* name = nullptr;
        require(sd_bus_message_read_basic(properties, 's', &name));
        read_property(properties, name, u);
        require(sd_bus_message_exit_container(properties));
    }
    return u;
}

std::optional<std::string_view> why_unit_protected(const std::vector<std::string>& names, std::string_view own) {
    for (const std::string& name : names) {
        if (!own.empty() && name == own) {
            return "the unit that Mayhem runs in";
        }
        const auto* found = std::ranges::find_if(protected_units, [&name](const protected_unit& p) {
            return name.starts_with(p.prefix) && name.ends_with(p.suffix);
        });
        if (found != protected_units.end()) {
            return found->why;
        }
    }
    return std::nullopt;
}

std::optional<std::string> why_not_back(const systemd_unit& u, systemd_action action, int signal) {
    if (u.load_state != "loaded") {
        return "it is " + u.load_state + ", so that systemd would not start it again";
    }
    if (u.is_transient) {
        return "it is transient: its definition may be gone with its process";
    }
    if (action == systemd_action::restart && (u.refuses_manual_start || u.refuses_manual_stop)) {
        return "it has RefuseManualStart= or RefuseManualStop=";
    }
    if (action == systemd_action::stop) {
        return u.refuses_manual_stop ? "it has RefuseManualStop=" : "systemd does not restart what was stopped";
    }
    if (action == systemd_action::kill && !comes_back_from(u.restart, signal)) {
        return "with Restart=" + u.restart + " systemd does not restart it after " + system::signal_name(signal);
    }
    return std::nullopt;
}

std::string polkit_rule(std::string_view unit, systemd_action action, std::string_view user) {
    std::string rule = R"(polkit.addRule(function(action, subject) { )";
    rule.append(R"(if (action.id == "org.freedesktop.systemd1.manage-units" && subject.user == ")").append(user);
    rule.append(R"(" && action.lookup("unit") == ")").append(unit);
    rule.append(R"(" && action.lookup("verb") == ")")
        .append(action == systemd_action::restart ? "try-restart" : to_string(action));
    return rule + R"(") { return polkit.Result.YES; } });)";
}

std::string_view to_string(systemd_action a) noexcept {
    switch (a) {
        case systemd_action::kill: return "kill";
        case systemd_action::stop: return "stop";
        case systemd_action::restart: break;
    }
    return "restart";
}

}  // namespace mayhem::drivers
