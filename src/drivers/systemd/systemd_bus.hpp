#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <systemd/sd-bus.h>

#include "mayhem/async/awaitable.hpp"

namespace mayhem::drivers {

/// A call over D-Bus failed. `name` is the error's name on the bus; empty when the bus itself is the trouble.
class systemd_bus_error : public std::runtime_error {
public:
    systemd_bus_error(std::string name, const std::string& text) : std::runtime_error(text), name_(std::move(name)) {}
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// There is no such unit, or no such life of it any more.
    [[nodiscard]] bool is_unknown_unit() const noexcept;

    /// Nobody knows what systemd makes of the request: it was sent, and the answer is lost.
    [[nodiscard]] bool is_unanswered() const noexcept;

    /// systemd has other jobs that the request would have replaced: it did nothing.
    [[nodiscard]] bool is_in_the_way() const noexcept;

    /// This user may not do that.
    [[nodiscard]] bool is_forbidden() const noexcept;

private:
    std::string name_;
};

struct bus_message_deleter {
    void operator()(sd_bus_message* m) const noexcept { sd_bus_message_unref(m); }
};
using bus_message = std::unique_ptr<sd_bus_message, bus_message_deleter>;

/// One conversation with a systemd manager, on the loop that runs the caller: nothing here blocks or has a thread.
///
/// By sd-bus and not sdbus-c++, whose connection (version 1.2) waits for the bus's greeting inside the constructor: a
/// bus that hangs would hold the loop. Opened for each act or look and closed with its object, so that there is nothing
/// to reconnect, and an idle daemon is not woken by what other units do. One caller at a time; each call has a limit,
/// and may be cancelled.
class systemd_bus {
public:
    /// `address` as in DBUS_SYSTEM_BUS_ADDRESS. Throws `systemd_bus_error` when nobody answers there at all.
    systemd_bus(const std::string& address, std::chrono::nanoseconds call_limit);
    systemd_bus(const systemd_bus&) = delete;
    systemd_bus& operator=(const systemd_bus&) = delete;

    [[nodiscard]] bus_message make_manager_call(const char* member) const;

    /// `unit` is a name or an InvocationID.
    [[nodiscard]] bus_message make_unit_call(const std::string& unit, const char* interface, const char* member) const;

    /// Asks for all properties of that unit, or for those of one interface.
    [[nodiscard]] bus_message make_properties_call(const std::string& unit, const char* interface = "") const;

    /// Asks for the type of a job: "start", "stop", "restart", ... `job` is its path.
    [[nodiscard]] bus_message make_job_type_call(const std::string& job) const;

    /// Sends at once, if anything was answered before, and returns the reply. Throws `systemd_bus_error`.
    async::awaitable<bus_message> call(bus_message request);

    /// All of them at once, in one round trip; the replies in their order, null for a unit that there is not. Throws
    /// `systemd_bus_error` where one of them fails otherwise.
    async::awaitable<std::vector<bus_message>> call_all(std::vector<bus_message> requests);

    /// From here on `job_result` knows how jobs end. Before the call that makes the job.
    async::awaitable<void> follow_jobs();

    /// Waits for the end of a job and returns "done", "failed", ... Nothing but `limit` ends the wait if it never ends:
    /// then throws `systemd_bus_error`.
    async::awaitable<std::string> job_result(std::string job, std::chrono::nanoseconds limit);

private:
    struct bus_deleter {
        void operator()(sd_bus* b) const noexcept { sd_bus_close_unref(b); }
    };
    struct slot_deleter {
        void operator()(sd_bus_slot* s) const noexcept { sd_bus_slot_unref(s); }
    };

    [[nodiscard]] bus_message make_call(const char* path, const char* interface, const char* member) const;
    async::awaitable<void> turn_until(const std::size_t& unanswered);
    async::awaitable<void> turn_until_job(const std::string& job);
    async::awaitable<void> wait_for_traffic();
    void process();
    async::awaitable<std::vector<bus_message>> answers(std::vector<bus_message> requests);
    static int on_reply(sd_bus_message* m, void* data, sd_bus_error* error);
    static int on_job_removed(sd_bus_message* m, void* data, sd_bus_error* error);

    const std::string address_;
    const std::chrono::nanoseconds call_limit_;
    std::map<std::string, std::string> job_results_;
    std::unique_ptr<sd_bus, bus_deleter> bus_;
    std::unique_ptr<sd_bus_slot, slot_deleter> jobs_;
};

}  // namespace mayhem::drivers
