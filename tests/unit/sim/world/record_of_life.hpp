#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "sim/world/record_rows.hpp"
#include "sim/world/sim_record.hpp"
#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim::test {

inline const std::string record_path = "/state/mayhem.db";

/// What became of a call of the record.
enum class call_end { none, done, failed };

/// One life with its record, on the disk of a small scene, and nothing else. A kill inside a call of the disk kills it.
/// To be closed or killed, and the loop run, before it goes.
class record_of_life {
public:
    record_of_life(small_scene& s, message_origins& o, std::uint64_t number = 1)
        : life(s.parts, number), scene_(s), origins_(o) {
        life.on_death_in_call = [this] { kill(); };
    }

    process life;
    std::unique_ptr<app::durable_record> record;

    /// False: it could not be opened.
    bool open() {
        scene_.loop.spawn(open_it(this));
        scene_.loop.run_for(std::chrono::seconds{1});
        return record != nullptr;
    }

    /// Begins it, and comes back at once.
    void begin_enter(const core::message& m, call_end* e) { scene_.loop.spawn(enter_it(this, m, e)); }
    void begin_record(const core::message& m, const core::outcome& o, call_end* e) {
        scene_.loop.spawn(record_it(this, m, o, e));
    }

    /// Lets it come to its end.
    call_end enter(const core::message& m) {
        call_end e = call_end::none;
        begin_enter(m, &e);
        scene_.loop.run_for(std::chrono::seconds{1});
        return e;
    }
    call_end end_attempt(const core::message& m, const core::outcome& o) {
        call_end e = call_end::none;
        begin_record(m, o, &e);
        scene_.loop.run_for(std::chrono::seconds{1});
        return e;
    }

    /// As the world kills a life.
    void kill() {
        life.die();
        origins_.look_what_is_there(record_path);
    }

    /// What is left comes to its end; the calls first, which use the record.
    void bury() {
        scene_.loop.run_for(std::chrono::seconds{1});
        record.reset();
        scene_.loop.run();
    }

    bool was_new = false;  ///< what the last entry was told

private:
    static async::awaitable<void> open_it(record_of_life* me) {
        const async::frame here;
        try {
            me->record = co_await sim_record::open(me->life, me->origins_, record_path, 42);
        } catch (const core::store_failed&) {
            me->record = nullptr;
        }
    }
    static async::awaitable<void> enter_it(record_of_life* me, core::message m, call_end* e) {
        const async::frame here;
        try {
            me->was_new = co_await me->record->journal().enter(m, ports::draw_record{});
            *e = call_end::done;
        } catch (const core::store_failed&) {
            *e = call_end::failed;
        }
    }
    static async::awaitable<void> record_it(record_of_life* me, core::message m, core::outcome o, call_end* e) {
        const async::frame here;
        try {
            co_await me->record->journal().record(m, o);
            *e = call_end::done;
        } catch (const core::store_failed&) {
            *e = call_end::failed;
        }
    }

    small_scene& scene_;
    message_origins& origins_;
};

/// Whether the message is on the disk.
[[nodiscard]] inline bool is_on_disk(small_scene& s, const core::message& m) {
    const record_rows rows(s.parts, record_path);
    return rows.has_message(m.id.to_string());
}

}  // namespace mayhem::sim::test
