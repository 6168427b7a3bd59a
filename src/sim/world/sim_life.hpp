#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/life.hpp"
#include "sim/world/config_maker.hpp"
#include "sim/world/halt_files.hpp"
#include "sim/world/herd.hpp"
#include "sim/world/message_origins.hpp"
#include "sim/world/process.hpp"
#include "sim/world/sim_front.hpp"
#include "sim/world/sim_notes.hpp"
#include "sim/world/sim_seat.hpp"
#include "sim/world/sim_sight.hpp"
#include "sim/world/sim_threads.hpp"
#include "telemetry/logging.hpp"

namespace mayhem::sim {

/// What outlives the daemon on its host.
struct sim_estate {
    scene& world;
    herd& targets;
    undo_shelf& notes;
    halt_files& files;
    message_origins& origins;
    config_maker& configs;
    telemetry::logging& logging;
    sim_seat* seat = nullptr;  ///< its place at the fleet's database; none: it is in no fleet
};

/// One life of the real daemon (`app::life`) in a process of the simulated world.
class sim_life final : private app::keeper {
public:
    static constexpr const char* store_path = "/state/mayhem.db";

    sim_life(sim_estate& e, std::uint64_t number);
    ~sim_life() override;

    void start();

    /// Set when it is over for the world: it ended, or was killed.
    [[nodiscard]] async::event& ended() noexcept { return ended_; }

    void stop();
    void reload();
    /// What a reload finds from now on.
    enum class config_state : std::uint8_t {
        whole,
        mistaken,
        unreadable,  ///< whoever reads it comes to no answer at all, for want of memory
    };
    void set_config(config_state s) { config_state_ = s; }
    void kill(life_end how);

    /// Once it has ended: waits until nothing of it is left on the loop. False if that does not come about: then it
    /// can never be destroyed.
    [[nodiscard]] async::awaitable<bool> bury();

    /// Of who listens; null if nobody does.
    [[nodiscard]] sim_front* front() noexcept { return front_ != nullptr && front_->is_open() ? front_ : nullptr; }
    [[nodiscard]] sim::process& process() noexcept { return process_; }
    [[nodiscard]] bool was_killed() const noexcept { return was_killed_; }
    [[nodiscard]] bool is_alive() const noexcept { return process_.is_alive(); }

private:
    enum class phase : std::uint8_t { starting, running, reloading, stopping };

    [[nodiscard]] app::world make_world();
    [[nodiscard]] std::vector<std::unique_ptr<ports::action>> make_actions();
    [[nodiscard]] app::daemon_options options() const;
    [[nodiscard]] app::config_result parse() const;
    async::awaitable<app::config_result> read_config();
    std::unique_ptr<app::front> open_front(app::world::front_parts p);
    void answer_reloads(answer a);
    void ask_again_for(const std::vector<std::string>& targets);
    void note_removed_groups(const app::config& next);
    void end(life_end how, int status);

    void ready(const std::string& status) override;
    void reloading(const std::string& status) override;
    void status(const std::string& text) override { (void)text; }
    void stopping() override { phase_ = phase::stopping; }
    void over() override;
    void give_up(int status) override;

    sim_estate& estate_;
    sim::process process_;
    sim_threads threads_;
    sim_sight sight_;
    sim_notes notes_;
    const std::vector<std::unique_ptr<ports::action>> actions_;
    phase phase_ = phase::starting;
    std::size_t stops_ = 0;
    bool is_over_ = false;
    bool was_killed_ = false;
    config_state config_state_ = config_state::whole;
    std::vector<std::uint64_t> reloads_asked_;
    std::vector<std::uint64_t> reloads_read_;  ///< their file has been read
    async::event ended_;
    async::event gone_;
    sim_front* front_ = nullptr;
    app::life life_;
};

}  // namespace mayhem::sim
