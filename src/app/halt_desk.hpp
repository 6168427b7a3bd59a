#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/async/loop.hpp"
#include "pipeline/halt_switch.hpp"
#include "stores/sqlite_store.hpp"
#include "telemetry/journal_event.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The four doors of the halt: the command and the socket, which the database remembers, a file, and the config. Keeps
/// the switch that the pipeline looks at, and logs whatever changes it, with who and when and why. The loop's thread
/// only.
class halt_desk {
public:
    halt_desk(async::loop& l, telemetry::log log) : loop_(l), log_(log) {}

    [[nodiscard]] const pipeline::halt_switch& get() const noexcept { return switch_; }

    /// Called after each change, with what happened ("halted", "resumed") and its reason; those of before stay.
    using listener = std::function<void(std::string_view what, const pipeline::halt_reason& r)>;
    void on_change(listener f) { listeners_.push_back(std::move(f)); }

    /// What the config says, at the start and at each reload. Looks whether the file is there.
    void configure(bool is_halted, const std::string& config_name, std::filesystem::path halt_file);

    /// What the database says, at the start and when another process has changed it.
    void recall(const std::optional<stores::halt_record>& r);

    /// Holds at once; returns when it is durable. Throws `core::store_failed`: it holds then, but only in this life.
    async::awaitable<void> halt(stores::sqlite_store& store, std::string who, std::string why);

    /// Takes back what a command halted, once that is durable. Other doors stay as they are.
    async::awaitable<void> resume(stores::sqlite_store& store, std::string who);

    /// Watches the file, and whether another process has written a halt into the database and says so
    /// (`announce_halt_in`). Runs until cancelled. Wakes when something happens in the two folders and every 30
    /// s, or twice a second if they cannot be watched.
    async::awaitable<void> watch(stores::sqlite_store& store, std::filesystem::path database);

private:
    void look_at_file();
    void log_with(telemetry::journal_event e, const pipeline::halt_reason& r,
                  const std::function<void(const telemetry::log&)>& write) const;
    void open_door(const pipeline::halt_reason& r);
    void tell(std::string_view what, const pipeline::halt_reason& r) const;
    void close_door(pipeline::halt_door d, const std::string& who);

    async::loop& loop_;
    const telemetry::log log_;
    pipeline::halt_switch switch_;
    std::filesystem::path file_;
    std::vector<listener> listeners_;
    std::uint64_t changes_ = 0;  ///< of the record: what was read before one is out of date
    bool is_on_record_ = false;  ///< the open door `command` stands in the database
};

/// For a process that has written a halt, or taken one back, in the database of a daemon that it cannot reach
/// otherwise: the daemon reads it again within a second.
void announce_halt_in(const std::filesystem::path& database);

/// "since 2026-11-23 22:13:37 by root: maintenance (file /var/lib/mayhem/halt)", in the system's time zone.
[[nodiscard]] std::string describe(const pipeline::halt_reason& r);

/// Where the file is looked for unless the config says otherwise: `halt` beside the database.
[[nodiscard]] std::filesystem::path default_halt_file(const std::filesystem::path& database);

}  // namespace mayhem::app
