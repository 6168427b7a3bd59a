#pragma once

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "daemon/daemon_options.hpp"
#include "daemon/life.hpp"
#include "daemon/world.hpp"
#include "halts/file_sight.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "stores/notes/undo_folder.hpp"
#include "system/service_manager.hpp"
#include "telemetry/logging.hpp"

namespace mayhem::app {

/// The process around a daemon's life: its signals, its service manager, its threads, its files; and its end, should
/// the life not come to one. Signals are caught from construction on, so that there is no moment at which one goes
/// wrong. Main thread.
class host final : private keeper {
public:
    /// `loop` and `logging` outlive it.
    host(async::loop& loop, telemetry::logging& logging, daemon_options options);

    ~host() override;
    host(const host&) = delete;
    host& operator=(const host&) = delete;

    /// Keeps the daemon's signals pending from the program's start until a host is there to receive them; the
    /// destructor does so again, for whatever the program still has to do. What is pending when it ends is forgotten.
    static void hold_signals();

    /// Until the life is over; returns the program's exit status.
    int run();

private:
    [[nodiscard]] world make_world();

    /// What this process keeps its state in and reads its settings from.
    [[nodiscard]] std::vector<std::string> own_files() const;
    [[nodiscard]] async::awaitable<std::unique_ptr<durable_record>> open_record(std::uint64_t seed);
    [[nodiscard]] async::awaitable<config_result> read_config();
    async::awaitable<void> listen_to_signals();
    /// Tells the life when the calendar has jumped; warns once if it cannot.
    async::awaitable<void> watch_clock();
    async::awaitable<void> feed_watchdog(std::chrono::microseconds period);
    void handle_signal(int number);

    void ready(const std::string& status) override { manager_.ready(status); }
    void reloading(const std::string& status) override { manager_.reloading(status); }
    void status(const std::string& text) override { manager_.status(text); }
    void stopping() override { manager_.stopping(); }
    void over() override { attending_.cancel(); }
    void give_up(int status) override;

    async::loop& loop_;
    telemetry::logging& logging_;
    const daemon_options options_;
    const service_manager manager_;
    asio::basic_signal_set<async::executor> signals_;
    async::thread_pool pool_{2, "mayhem-io"};
    async::wall_jumps jumps_;
    file_sight sight_;
    stores::undo_folder undo_notes_;
    const std::vector<std::unique_ptr<ports::action>> actions_;
    life life_;
    async::task_group attending_;
};

}  // namespace mayhem::app
