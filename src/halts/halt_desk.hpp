#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "halts/halt_command.hpp"
#include "halts/halt_doors.hpp"
#include "halts/halt_file_door.hpp"
#include "halts/halt_sight.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/ports/halt_memory.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The doors of the halt: the command and the socket, which the database remembers (`halt_command`), a file
/// (`halt_file_door`), and the config. Keeps the switch that the pipeline looks at (`halt_doors`), and notices what
/// changes outside of this process. What it is given outlives it. The loop's thread only.
class halt_desk {
public:
    halt_desk(async::loop& l, telemetry::log log, halt_sight& sight)
        : loop_(l),
          log_(log),
          sight_(sight),
          doors_(l, log),
          file_(l, log, doors_, sight),
          command_(l, log, doors_, [this] { record_changed_.set(); }) {}

    [[nodiscard]] const pipeline::halt_switch& get() const noexcept { return doors_.get(); }
    void on_change(halt_doors::listener f) { doors_.on_change(std::move(f)); }

    /// `halted = true` of the config, at once.
    void halt_by_config(const std::string& config_name);

    /// What the config says, at the start and at each reload. Returns when the file has been looked at, or counts as
    /// being there, so that nothing runs before.
    [[nodiscard]] async::awaitable<void> configure(bool is_halted, std::string config_name,
                                                   std::filesystem::path halt_file);

    /// What the database said at the start.
    void recall(const std::optional<ports::halt_record>& r) { command_.recall(r); }

    /// See `halt_command`.
    [[nodiscard]] async::awaitable<void> halt(halt_command::asker by, std::string why) {
        return command_.halt(std::move(by), std::move(why));
    }
    [[nodiscard]] async::awaitable<void> resume(std::string who) { return command_.resume(std::move(who)); }
    [[nodiscard]] async::awaitable<void> keep_record(ports::halt_memory& record) { return command_.keep(record); }

    /// These three run together, each once, until cancelled: what happens in the folders of the file and the database
    /// wakes the other two, which look at the file and (for who calls `announce_halt_in`) at the record. They look
    /// again after `halt_sight::look_again` in any case, and twice a second where a folder cannot be watched.
    [[nodiscard]] async::awaitable<void> watch_folders();
    [[nodiscard]] async::awaitable<void> watch_file();
    [[nodiscard]] async::awaitable<void> watch_record(ports::halt_memory& record, std::filesystem::path database);

private:
    [[nodiscard]] async::awaitable<void> wait_for(async::event& change, bool is_watched);
    void attend(const std::filesystem::path& folder);

    async::loop& loop_;
    const telemetry::log log_;
    halt_sight& sight_;
    halt_doors doors_;
    halt_file_door file_;
    async::event file_changed_;
    async::event record_changed_;
    bool is_attending_ = false;  ///< somebody tries to watch the folder of the database
    bool is_record_watched_ = false;
    halt_command command_;
};

/// For a process that has written a halt, or taken one back, in the database of a daemon that it cannot reach
/// otherwise: the daemon reads it again within a second.
void announce_halt_in(const std::filesystem::path& database);

}  // namespace mayhem::app
