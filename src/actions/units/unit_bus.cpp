#include "actions/units/unit_bus.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace mayhem::actions {

namespace {

constexpr const char* manager = "org.freedesktop.systemd1";
constexpr const char* units = "/org/freedesktop/systemd1/unit";
constexpr std::uint64_t answers_within_us = 5'000'000;

void check(int result, const std::string& what) {
    if (result < 0) {
        throw unit_bus_error("", what + ": " + std::strerror(-result));
    }
}

struct bus_error {
    sd_bus_error is{};
    bus_error() = default;
    bus_error(const bus_error&) = delete;
    bus_error& operator=(const bus_error&) = delete;
    ~bus_error() { sd_bus_error_free(&is); }
};

}  // namespace

bool unit_bus_error::is_unknown_unit() const noexcept {
    return name_ == "org.freedesktop.systemd1.NoSuchUnit" ||
           name_ == "org.freedesktop.systemd1.NoUnitForInvocationID" ||
           name_ == "org.freedesktop.DBus.Error.UnknownObject";
}

bool unit_bus_error::is_forbidden() const noexcept {
    return name_ == "org.freedesktop.DBus.Error.AccessDenied" ||
           name_ == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";
}

unit_bus::unit_bus() {
    sd_bus* made = nullptr;
    check(sd_bus_open_system(&made), "cannot reach systemd's bus (is it running, and may this user use it?)");
    bus_.reset(made);
    check(sd_bus_set_method_call_timeout(made, answers_within_us), "cannot use systemd's bus");
}

unit_bus::message unit_bus::make_call(const std::string& unit, const char* interface, const char* member) {
    struct path_deleter {
        void operator()(char* p) const noexcept { std::free(p); }
    };
    char* path = nullptr;
    check(sd_bus_path_encode(units, unit.c_str(), &path), "cannot name unit " + unit);
    const std::unique_ptr<char, path_deleter> owner(path);
    sd_bus_message* made = nullptr;
    check(sd_bus_message_new_method_call(bus_.get(), &made, manager, path, interface, member), "cannot ask systemd");
    return message(made);
}

unit_bus::message unit_bus::call(const message& request) {
    bus_error error;
    sd_bus_message* reply = nullptr;
    if (const int result = sd_bus_call(bus_.get(), request.get(), 0, &error.is, &reply); result < 0) {
        const char* const name = error.is.name != nullptr ? error.is.name : "";
        throw unit_bus_error(name, error.is.message != nullptr ? error.is.message : std::strerror(-result));
    }
    return message(reply);
}

limited_unit unit_bus::look(const std::string& unit) {
    const message request = make_call(unit, "org.freedesktop.DBus.Properties", "GetAll");
    check(sd_bus_message_append(request.get(), "s", ""), "cannot ask systemd");
    const message reply = call(request);
    return read_limits(reply.get());
}

void unit_bus::set(const std::string& unit, std::span<const core::changed_number> numbers, which_number which) {
    const message request = make_call(unit, "org.freedesktop.systemd1.Unit", "SetProperties");
    append_numbers(request.get(), numbers, which);
    const message reply = call(request);
}

}  // namespace mayhem::actions
