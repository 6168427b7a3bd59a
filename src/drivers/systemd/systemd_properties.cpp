#include "drivers/systemd/systemd_properties.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/systemd/systemd_bus.hpp"

namespace mayhem::drivers {

namespace {

void require(int result) {
    if (result < 0) {
        throw systemd_bus_error("", "systemd described its units in a form that this version of Mayhem does not know");
    }
}

template <typename Native, typename T>
void read_value(sd_bus_message* m, const char* signature, char type, T& target) {
    Native value{};
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, signature));
    require(sd_bus_message_read_basic(m, type, static_cast<void*>(&value)));
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
    for (const char* name = nullptr; sd_bus_message_read_basic(m, 's', static_cast<void*>(&name)) > 0;) {
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

void read_number(sd_bus_message* m, std::uint32_t& target) { read_value<std::uint32_t>(m, "u", 'u', target); }

/// Microseconds; what systemd calls infinite is ten years.
core::duration read_time(sd_bus_message* m) {
    constexpr std::uint64_t longest = std::chrono::microseconds(std::chrono::hours{24 * 3650}).count();
    std::uint64_t value = 0;
    read_value<std::uint64_t>(m, "t", 't', value);
    return core::duration{static_cast<core::duration::rep>(value == UINT64_MAX ? longest : value)};
}

/// The second list of an exit status set: the signals.
void read_signals(sd_bus_message* m, std::vector<int>& target) {
    const void* numbers = nullptr;
    std::size_t bytes = 0;
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, "(aiai)"));
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_STRUCT, "aiai"));
    require(sd_bus_message_skip(m, "ai"));
    require(sd_bus_message_read_array(m, 'i', &numbers, &bytes));
    require(sd_bus_message_exit_container(m));
    require(sd_bus_message_exit_container(m));
    const auto* first = static_cast<const std::int32_t*>(numbers);
    target.assign(first, first + bytes / sizeof *first);
}

/// Those of one kind of dependency; `because` is how the unit at its other end calls it.
void read_dependents(sd_bus_message* m, std::string_view because, systemd_unit& u) {
    std::vector<std::string> names;
    read_names(m, names);
    for (std::string& name : names) {
        u.dependents.push_back({std::move(name), because});
    }
}

void read_timeout(sd_bus_message* m, systemd_unit& u) {
    std::uint64_t value = 0;
    read_value<std::uint64_t>(m, "t", 't', value);
    u.has_job_timeout = u.has_job_timeout || value != UINT64_MAX;
}

void read_job(sd_bus_message* m, systemd_unit& u) {
    std::uint32_t id = 0;
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, "(uo)"));
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_STRUCT, "uo"));
    require(sd_bus_message_read_basic(m, 'u', static_cast<void*>(&id)));
    const char* path = nullptr;
    require(sd_bus_message_read_basic(m, 'o', static_cast<void*>(&path)));
    u.job = path;
    require(sd_bus_message_exit_container(m));
    require(sd_bus_message_exit_container(m));
    u.has_job = id != 0;
}

/// What goes down with it, and what systemd does when it ends.
bool read_consequence(sd_bus_message* m, std::string_view name, systemd_unit& u) {
    if (name == "BoundBy") {
        read_dependents(m, "BindsTo=", u);
    } else if (name == "RequiredBy") {
        read_dependents(m, "Requires=", u);
    } else if (name == "RequisiteOf") {
        read_dependents(m, "Requisite=", u);
    } else if (name == "ConsistsOf") {
        read_dependents(m, "PartOf=", u);
    } else if (name == "PropagatesStopTo") {
        read_dependents(m, "StopPropagatedFrom=", u);
    } else if (name == "KillMode") {
        read_text(m, u.kill_mode);
    } else if (name == "FailureAction") {
        read_text(m, u.failure_action);
    } else if (name == "SuccessAction") {
        read_text(m, u.success_action);
    } else if (name == "StartLimitAction") {
        read_text(m, u.start_limit_action);
    } else if (name == "JobTimeoutAction") {
        read_text(m, u.job_timeout_action);
    } else if (name == "JobTimeoutUSec" || name == "JobRunningTimeoutUSec") {
        read_timeout(m, u);
    } else if (name == "OnFailure") {
        read_names(m, u.on_failure);
    } else if (name == "OnSuccess") {
        read_names(m, u.on_success);
    } else if (name == "OnFailureJobMode") {
        read_text(m, u.on_failure_mode);
    } else if (name == "OnSuccessJobMode") {
        read_text(m, u.on_success_mode);
    } else if (name == "Job") {
        read_job(m, u);
    } else {
        return false;
    }
    return true;
}

/// How it ended, and with whom it would.
bool read_end(sd_bus_message* m, std::string_view name, systemd_unit& u) {
    if (name == "Result") {
        read_text(m, u.result);
    } else if (name == "ActiveExitTimestampMonotonic") {
        u.left_active_at = read_time(m);
    } else if (name == "ExecMainExitTimestampMonotonic") {
        u.main_ended_at = read_time(m);
    } else if (name == "RemainAfterExit") {
        read_flag(m, u.remains_after_exit);
    } else if (name == "BindsTo" || name == "Requires" || name == "Requisite" || name == "PartOf" ||
               name == "StopPropagatedFrom") {
        read_names(m, u.needs);
    } else {
        return false;
    }
    return true;
}

bool read_limit_or_life(sd_bus_message* m, std::string_view name, systemd_unit& u) {
    if (name == "SuccessExitStatus") {
        read_signals(m, u.clean_signals);
    } else if (name == "RestartPreventExitStatus") {
        read_signals(m, u.preventing_signals);
    } else if (name == "RestartForceExitStatus") {
        read_signals(m, u.forcing_signals);
    } else if (name == "ActiveEnterTimestamp") {
        u.started_at = core::wall_time{read_time(m)};
    } else if (name == "NRestarts") {
        read_number(m, u.automatic_restarts);
    } else if (name == "RestartUSec") {
        u.restart_delay = read_time(m);
    } else if (name == "StartLimitIntervalUSec") {
        u.start_limit_interval = read_time(m);
    } else if (name == "StartLimitBurst") {
        read_number(m, u.start_limit_burst);
    } else if (name == "ControlGroup") {
        read_text(m, u.control_group);
    } else if (name == "User") {
        read_text(m, u.user);
    } else if (name == "MainPID") {
        std::uint32_t pid = 0;
        read_number(m, pid);
        u.has_main_process = pid != 0;
        u.main_process = static_cast<pid_t>(pid);
    } else if (name == "Type") {
        std::string type;
        read_text(m, type);
        u.is_oneshot = type == "oneshot";
    } else {
        return false;
    }
    return true;
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
    } else if (name == "FragmentPath") {
        read_text(m, u.fragment_path);
    } else if (name == "TriggeredBy") {
        read_names(m, u.triggered_by);
    } else if (name == "ConditionTimestamp") {
        u.has_been_tried = read_time(m) > core::duration{};
    } else if (!read_limit_or_life(m, name, u) && !read_consequence(m, name, u) && !read_end(m, name, u)) {
        require(sd_bus_message_skip(m, "v"));
    }
}

}  // namespace

systemd_unit read_unit(sd_bus_message* properties) {
    systemd_unit u;
    require(sd_bus_message_enter_container(properties, SD_BUS_TYPE_ARRAY, "{sv}"));
    while (sd_bus_message_enter_container(properties, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
        const char* name = nullptr;
        require(sd_bus_message_read_basic(properties, 's', static_cast<void*>(&name)));
        read_property(properties, name, u);
        require(sd_bus_message_exit_container(properties));
    }
    return u;
}

std::vector<listed_service> read_services(sd_bus_message* units) {
    std::vector<listed_service> services;
    require(sd_bus_message_enter_container(units, SD_BUS_TYPE_ARRAY, "(ssssssouso)"));
    while (sd_bus_message_enter_container(units, SD_BUS_TYPE_STRUCT, "ssssssouso") > 0) {
        const char* id = nullptr;
        const char* active = nullptr;
        require(sd_bus_message_read(units, "s", &id));
        require(sd_bus_message_skip(units, "ss"));
        require(sd_bus_message_read(units, "s", &active));
        require(sd_bus_message_skip(units, "ssouso"));
        require(sd_bus_message_exit_container(units));
        if (std::string_view(id).ends_with(".service")) {
            services.push_back({.id = id, .is_active = std::string_view(active) == "active"});
        }
    }
    return services;
}

}  // namespace mayhem::drivers
