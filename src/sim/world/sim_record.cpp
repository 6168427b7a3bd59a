#include "sim/world/sim_record.hpp"

#include <algorithm>
#include <utility>

#include "assembly/open_database.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "sim/world/inline_writer.hpp"

namespace mayhem::sim {

namespace {

using stage = message_progress::stage;

std::filesystem::path path_of(const stores::sqlite_database& d) { return d.path(); }

}  // namespace

sim_record::sim_record(process& p, message_origins& o, stores::sqlite_database database, found f)
    : process_(p),
      origins_(o),
      found_(std::move(f)),
      store_(p.world().loop, path_of(database), [&p, &database](stores::request_writer::batch_handler on_batch) {
          return std::make_unique<inline_writer>(p, std::move(database), std::move(on_batch));
      }) {}

async::awaitable<std::unique_ptr<app::durable_record>> sim_record::open(process& p, message_origins& o,
                                                                        std::filesystem::path path,
                                                                        std::uint64_t seed) {
    const async::frame here;
    co_await p.take_time(fault::slow_store, std::chrono::milliseconds{20}, std::chrono::minutes{1},
                         trouble_kind::store);
    std::unique_ptr<app::durable_record> record;
    try {
        stores::sqlite_database database =
            stores::sqlite_database::open(path, stores::sqlite_database::default_busy_timeout,
                                          stores::sqlite_database::links::followed, p.disk().vfs_name());
        app::found_life life = app::begin_life(database, seed);
        found as_it_was{.seed = life.seed, .life = life.life, .halted = std::move(life.halted)};
        record.reset(new sim_record(p, o, std::move(database), std::move(as_it_was)));
    } catch (const core::store_failed&) {
        p.look_whether_it_died();
        throw;
    }
    p.look_whether_it_died();
    co_return record;
}

async::awaitable<bool> sim_record::enter(const core::message& m, const ports::draw_record& d) {
    const async::frame here;
    const core::message mine = m;
    if (process_.is_alive()) {
        origins_.begin_entry(mine);
        process_.messages().reach(mine, stage::entering);
    }
    bool is_new = false;
    try {
        is_new = co_await store_.enter(mine, d);
    } catch (const core::store_failed&) {
        if (process_.is_alive()) {
            origins_.fail_entry(mine);
            process_.world().ambush.spring(weak_moment::entry_failed, std::chrono::seconds{2});
        }
        throw;
    }
    if (process_.is_alive()) {
        origins_.end_entry(mine, is_new);
        if (is_new) {
            process_.messages().reach(mine, stage::journalled);
        } else {
            process_.messages().end(mine);
        }
    }
    co_return is_new;
}

async::awaitable<void> sim_record::save(const core::message& m, int attempt, const core::reach* foretold) {
    const async::frame here;
    std::optional<message_progress::saving> first_word;
    if (!process_.messages().is_claimed(m)) {  // a claim is a word already
        first_word.emplace(process_.messages());
    }
    co_await store_.save(m, attempt, foretold);
}

async::awaitable<void> sim_record::record(const core::message& m, const core::outcome& o) {
    const async::frame here;
    const core::message mine = m;
    const core::outcome ended = o;
    const bool opens = !ended.opens_breaker.empty();
    const bool stands = core::may_have_acted(ended.verdict) && !core::is_seen_to_be_gone(ended.verdict);
    if (stands && process_.is_alive()) {
        process_.world().ambush.spring(weak_moment::target_outlives_record, {}, mine.target.id);
    }
    if (ended.verdict == core::verdict::unstable && process_.is_alive()) {
        process_.world().rare.note(rare_state::came_back_and_died);
    }
    if (ended.verdict == core::verdict::not_tolerated && process_.is_alive()) {
        process_.world().rare.note(rare_state::was_not_tolerated);
    }
    if (ended.verdict == core::verdict::aborted && process_.is_alive()) {
        process_.world().rare.note(rare_state::was_aborted);
    }
    if (ended.verdict == core::verdict::no_effect && process_.is_alive()) {
        process_.world().rare.note(rare_state::had_no_effect);
    }
    if (ended.verdict == core::verdict::fault_stuck && process_.is_alive()) {
        process_.world().rare.note(rare_state::was_stuck);
    }
    if (ended.pace == core::pace::slow && process_.is_alive()) {
        process_.world().rare.note(opens ? rare_state::slowness_opened_breaker : rare_state::recovered_slowly);
    }
    if (ended.verdict == core::verdict::not_ended && process_.is_alive()) {
        process_.world().rare.note(rare_state::did_not_end);
    }
    if (!std::ranges::all_of(ended.fates, &core::fate::is_foretold) && process_.is_alive()) {
        process_.world().rare.note(rare_state::fell_unforetold);
    }
    if (opens && process_.is_alive()) {
        origins_.begin_opening(mine.group);
    }
    try {
        co_await store_.record(mine, ended);
    } catch (const core::store_failed&) {
        if (process_.is_alive() && stands) {
            process_.world().ambush.spring(weak_moment::act_is_unrecorded, std::chrono::seconds{2}, mine.target.id);
        }
        throw;
    }
    if (!process_.is_alive()) {
        co_return;
    }
    process_.messages().reach(mine, stage::recorded);
    if (opens) {
        origins_.end_opening(mine.group);
    }
}

async::awaitable<std::vector<core::seen_recovery>> sim_record::past_recoveries(const core::message& m,
                                                                               std::string_view act,
                                                                               core::wall_time since) {
    return store_.past_recoveries(m, act, since);
}

async::awaitable<void> sim_record::nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why) {
    return store_.nack(ids, at, why);
}

async::awaitable<std::vector<ports::unfinished_message>> sim_record::unfinished() { return store_.unfinished(); }

async::awaitable<std::optional<ports::recorded_message>> sim_record::find(const core::uuid& id) {
    return store_.find(id);
}

async::awaitable<std::vector<ports::acted_target>> sim_record::acted_on() { return store_.acted_on(); }

async::awaitable<std::optional<core::guard>> sim_record::claim(const core::message& m, int attempt,
                                                               const ports::restarts_query& q,
                                                               const core::guard_limits& l,
                                                               const core::reach* foretold) {
    const async::frame here;
    const core::message mine = m;
    std::optional<core::guard> no = co_await store_.claim(mine, attempt, q, l, foretold);
    if (!no && process_.is_alive()) {
        process_.messages().reach(mine, stage::claimed);
    }
    co_return no;
}

async::awaitable<bool> sim_record::close_breaker(const std::string& group) { return store_.close_breaker(group); }

async::awaitable<ports::restarts_so_far> sim_record::restarts(const ports::restarts_query& q) {
    if (process_.is_alive()) {
        process_.world().ambush.spring(weak_moment::guards_are_asked, {}, q.target);
    }
    return store_.restarts(q);
}

async::awaitable<std::vector<ports::last_restart>> sim_record::restarted_since(const std::string& group,
                                                                               core::wall_time since) {
    return store_.restarted_since(group, since);
}

}  // namespace mayhem::sim
