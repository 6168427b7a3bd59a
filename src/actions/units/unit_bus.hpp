#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include <systemd/sd-bus.h>

#include "actions/units/unit_numbers.hpp"

namespace mayhem::actions {

/// systemd has not done what it was asked to, or was not reached. `name` is the error's on the bus; empty: it was not.
class unit_bus_error : public std::runtime_error {
public:
    unit_bus_error(std::string name, const std::string& text) : std::runtime_error(text), name_(std::move(name)) {}

    /// There is no such unit, or no such life of it any more.
    [[nodiscard]] bool is_unknown_unit() const noexcept;

    /// This user may not do that.
    [[nodiscard]] bool is_forbidden() const noexcept;

private:
    std::string name_;
};

/// A conversation with the host's systemd about the limits of units, for a process that has nothing else to do: it
/// blocks, for 5 s at most with each question. Throws `unit_bus_error`, and `strange_answer`.
class unit_bus {
public:
    unit_bus();

    /// As it is now. `unit` is a name or an InvocationID.
    [[nodiscard]] limited_unit look(const std::string& unit);

    /// Sets the numbers, until the next boot, of that unit, or of that life and no other.
    void set(const std::string& unit, std::span<const core::changed_number> numbers, which_number which);

private:
    struct bus_deleter {
        void operator()(sd_bus* b) const noexcept { sd_bus_flush_close_unref(b); }
    };
    struct message_deleter {
        void operator()(sd_bus_message* m) const noexcept { sd_bus_message_unref(m); }
    };
    using message = std::unique_ptr<sd_bus_message, message_deleter>;

    [[nodiscard]] message make_call(const std::string& unit, const char* interface, const char* member);
    [[nodiscard]] message call(const message& request);

    std::unique_ptr<sd_bus, bus_deleter> bus_;
};

}  // namespace mayhem::actions
