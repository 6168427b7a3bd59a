#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "assembly/driver_factories.hpp"
#include "assembly/make_queue.hpp"
#include "config/config_file.hpp"
#include "daemon/life.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "support/fake_store.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/virtual_loop.hpp"
#include "telemetry/fan_out.hpp"
#include "unit/halts/fake_sight.hpp"

namespace mayhem::test {

/// Blocking work, on the loop, in the turn after it was asked for.
class loop_threads final : public async::blocking {
public:
    explicit loop_threads(async::loop& l) : jobs_(l, "jobs", [](const async::task_failure&) {}) {}

    void post(async::unique_function<void()> job) override { jobs_.spawn("job", carry_out(std::move(job))); }
    [[nodiscard]] bool is_outside_loop() const noexcept override { return false; }

private:
    static async::awaitable<void> carry_out(async::unique_function<void()> job) {
        const async::frame here;
        job();
        co_return;
    }

    async::task_group jobs_;
};

/// What one life after the other leaves.
struct small_memory {
    fake_store store;
    std::optional<ports::halt_record> halted;
    std::uint64_t lives = 0;
    bool can_be_opened = true;
    async::event may_close;  ///< set; cleared: whoever closes waits
    int closed = 0;

    small_memory() { may_close.set(); }
};

/// The record of one life, in a `small_memory`.
class small_record final : public app::durable_record, ports::history, ports::halt_memory {
public:
    small_record(small_memory& m, std::uint64_t seed)
        : memory_(m), found_{.seed = seed, .life = ++m.lives, .halted = m.halted} {}

    ports::journal& journal() override { return memory_.store; }
    ports::limits& limits() override { return memory_.store; }
    ports::plan_memory& plans() override { return memory_.store; }
    ports::history& history() override { return *this; }
    ports::halt_memory& halt_memory() override { return *this; }
    const found& at_the_start() const noexcept override { return found_; }
    std::string trouble() const override { return {}; }
    telemetry::histogram commit_times() const override { return {}; }
    async::awaitable<void> close() override {
        const async::frame here;
        co_await memory_.may_close.wait();
        ++memory_.closed;
    }

private:
    async::awaitable<ports::pruned> prune(core::wall_time, std::size_t) override {
        const async::frame here;
        co_return ports::pruned{};
    }
    async::awaitable<std::optional<ports::halt_record>> read_halt() override {
        const async::frame here;
        co_return memory_.halted;
    }
    async::awaitable<void> write_halt(ports::halt_record r) override {
        const async::frame here;
        memory_.halted = std::move(r);
        co_return;
    }
    async::awaitable<std::optional<ports::halt_record>> forget_halt(std::vector<ports::halt_record>) override {
        const async::frame here;
        memory_.halted.reset();
        co_return std::nullopt;
    }

    small_memory& memory_;
    const found found_;
};

/// Answers nobody.
class closed_front final : public app::front {
public:
    async::awaitable<void> start(app::control_config) override { return async::ready(); }
    async::awaitable<void> stop() override { return async::ready(); }
    ports::observer& observer() noexcept override { return nobody_; }

private:
    telemetry::fan_out nobody_;
};

/// A world in which a daemon's life needs no operating system: virtual time, no thread, a record in memory, and a
/// config that the test may change. One life a world; `memory` may be another's.
class small_world final : public app::keeper {
public:
    small_world(std::string config, small_memory& m) : config_text(std::move(config)), memory(m) {}

    std::string config_text;
    std::exception_ptr read_config_throws;  ///< instead, if there is one
    small_memory& memory;
    fake_sight sight;
    fake_undo_notes undo_notes;
    async::wall_jumps jumps;
    virtual_loop loop;
    loop_threads threads{loop.loop};
    telemetry::logging logging{{.lowest = telemetry::level::critical}};

    std::vector<std::string> told;  ///< what the service manager hears
    bool is_over = false;
    std::optional<int> given_up;
    std::function<void()> on_give_up = [] {};

    /// Everything is read anew from `config_text`.
    [[nodiscard]] app::daemon_options options(bool has_file = true) {
        app::daemon_options o;
        o.config = std::move(parse()).value();
        o.store = "/nowhere/mayhem.db";
        if (has_file) {
            o.config_file = "m.toml";
        }
        return o;
    }

    [[nodiscard]] app::world parts() {
        return {.loop = loop.loop,
                .jumps = jumps,
                .logging = logging,
                .threads = threads,
                .sight = sight,
                .undo_notes = undo_notes,
                .actions = {},
                .kept_by = *this,
                .draw_seed = [] { return std::uint64_t{42}; },
                .open_record = [this](std::uint64_t seed) { return open(seed); },
                .read_config = [this] { return read(); },
                .make_queue = [this](const app::config& c) { return app::make_queue(loop.loop, c); },
                .open_drivers =
                    [](const drivers::driver_surroundings& s) { return std::make_unique<app::driver_factories>(s); },
                .open_front = [](app::world::front_parts) { return std::make_unique<closed_front>(); }};
    }

private:
    [[nodiscard]] app::config_result parse() const { return app::parse_config(config_text, "m.toml"); }

    async::awaitable<std::unique_ptr<app::durable_record>> open(std::uint64_t seed) {
        const async::frame here;
        if (!memory.can_be_opened) {
            throw core::store_failed("the database is damaged");
        }
        std::unique_ptr<app::durable_record> record = std::make_unique<small_record>(memory, seed);
        co_return record;
    }
    async::awaitable<app::config_result> read() {
        const async::frame here;
        if (read_config_throws) {
            std::rethrow_exception(read_config_throws);
        }
        co_return parse();
    }

    void ready(const std::string& status) override { told.push_back("ready: " + status); }
    void reloading(const std::string&) override { told.emplace_back("reloading"); }
    void status(const std::string&) override {}
    void stopping() override { told.emplace_back("stopping"); }
    void over() override { is_over = true; }
    void give_up(int status) override {
        given_up = status;
        on_give_up();
    }
};

}  // namespace mayhem::test
