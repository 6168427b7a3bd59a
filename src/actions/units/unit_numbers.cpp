#include "actions/units/unit_numbers.hpp"

#include <cstdint>

namespace mayhem::actions {

namespace {

using core::unit_number_found;

void require(int result) {
    if (result < 0) {
        throw strange_answer();
    }
}

std::string read_text(sd_bus_message* m) {
    const char* text = nullptr;
    require(sd_bus_message_read(m, "v", "s", &text));
    return text;
}

std::uint64_t read_number(sd_bus_message* m) {
    std::uint64_t number = 0;
    require(sd_bus_message_read(m, "v", "t", &number));
    return number;
}

std::string read_bytes(sd_bus_message* m) {
    constexpr std::string_view digits = "0123456789abcdef";
    const void* bytes = nullptr;
    std::size_t size = 0;
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, "ay"));
    require(sd_bus_message_read_array(m, 'y', &bytes, &size));
    require(sd_bus_message_exit_container(m));
    std::string text;
    for (const std::uint8_t byte : std::span(static_cast<const std::uint8_t*>(bytes), size)) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

void read_devices(sd_bus_message* m, const std::string& name, core::unit_state& into) {
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, "a(st)"));
    require(sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "(st)"));
    const char* path = nullptr;
    std::uint64_t number = 0;
    while (sd_bus_message_read(m, "(st)", &path, &number) > 0) {
        into.numbers.push_back({.name = name, .of = path, .is = number});
    }
    require(sd_bus_message_exit_container(m));
    require(sd_bus_message_exit_container(m));
}

void read_property(sd_bus_message* m, const std::string& name, limited_unit& u) {
    if (name == "InvocationID") {
        u.invocation = read_bytes(m);
    } else if (name == "LoadState") {
        u.load_state = read_text(m);
    } else if (name == "ActiveState") {
        u.active_state = read_text(m);
    } else if (core::unit_number::is_of_device(name)) {
        read_devices(m, name, u.state);
    } else if (core::unit_number::is_known(name)) {
        u.state.numbers.push_back({.name = name, .is = read_number(m)});
    } else if (name == "MemoryCurrent") {
        const std::uint64_t used = read_number(m);
        u.state.memory_used = used == core::unit_number::no_limit ? std::nullopt : std::optional(used);
    } else {
        require(sd_bus_message_skip(m, "v"));
    }
}

/// Of the file that systemd writes for it (systemd 252, src/core/dbus-cgroup.c).
std::string_view setting_of(std::string_view number) {
    return number == core::unit_number::cpu ? std::string_view("CPUQuota") : number;
}

}  // namespace

limited_unit read_limits(sd_bus_message* properties) {
    limited_unit u;
    require(sd_bus_message_enter_container(properties, SD_BUS_TYPE_ARRAY, "{sv}"));
    while (sd_bus_message_enter_container(properties, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
        const char* name = nullptr;
        require(sd_bus_message_read_basic(properties, 's', static_cast<void*>(&name)));
        read_property(properties, name, u);
        require(sd_bus_message_exit_container(properties));
    }
    return u;
}

void append_numbers(sd_bus_message* request, std::span<const core::changed_number> numbers, which_number which) {
    constexpr int until_next_boot = 1;
    require(sd_bus_message_append(request, "b", until_next_boot));
    require(sd_bus_message_open_container(request, SD_BUS_TYPE_ARRAY, "(sv)"));
    for (const core::changed_number& c : numbers) {
        const std::uint64_t number = which == which_number::ours ? c.ours : c.before;
        require(core::unit_number::is_of_device(c.name)
                    ? sd_bus_message_append(request, "(sv)", c.name.c_str(), "a(st)", 1, c.of.c_str(), number)
                    : sd_bus_message_append(request, "(sv)", c.name.c_str(), "t", number));
    }
    require(sd_bus_message_close_container(request));
}

std::string drop_in_of(std::string_view number) { return "50-" + std::string(setting_of(number)) + ".conf"; }

std::vector<std::string> runtime_files(std::string_view unit, std::string_view number) {
    const std::string file = std::string(unit) + ".d/" + drop_in_of(number);
    return {"/run/systemd/system.control/" + file, "/run/systemd/transient/" + file};
}

std::string persistent_file(std::string_view unit, std::string_view number) {
    return "/etc/systemd/system.control/" + std::string(unit) + ".d/" + drop_in_of(number);
}

}  // namespace mayhem::actions
