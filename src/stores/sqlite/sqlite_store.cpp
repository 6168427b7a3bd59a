#include "stores/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "stores/sqlite/ledger.hpp"
#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {
namespace {

struct awaited_request final : write_request {
    using write_request::write_request;

    async::event done;
};

/// Virtual time waits for a thread, and for nobody else.
class awaited_writer {
public:
    awaited_writer(async::loop& l, const request_writer& w) {
        if (w.is_outside_loop()) {
            work_.emplace(l);
        }
    }

private:
    std::optional<async::loop::external_work> work_;
};

std::string ids_of(std::span<const core::target> targets) {
    nlohmann::json ids = nlohmann::json::array();
    for (const core::target& t : targets) {
        ids.push_back(t.id);
    }
    return core::json_line(ids);
}

std::vector<core::neighbour> foretold_of(const core::reach* r) {
    return r == nullptr ? std::vector<core::neighbour>() : r->falls;
}

}  // namespace

sqlite_store::sqlite_store(async::loop& loop, std::filesystem::path path, const make_writer& make)
    : loop_(loop),
      path_(std::move(path)),
      writer_(make([this](request_writer::batch done) { hand_over(std::move(done)); })) {}

sqlite_store::sqlite_store(async::loop& loop, sqlite_database database)
    : sqlite_store(loop, database.path(), [&database](request_writer::batch_handler on_batch) {
          return std::make_unique<sqlite_writer>(std::move(database), std::move(on_batch));
      }) {}

async::awaitable<bool> sqlite_store::enter(const core::message& m, const ports::draw_record& d) {
    return ask<bool>(
        [m, round = d.round, members = d.eligible.size(), ids = ids_of(d.eligible), size = d.size](ledger& l) {
            const bool is_new = members == 0 ? l.enter(m) : l.enter(m, round, members, ids);
            if (is_new && size) {
                l.note_size(m.group, *size);
            }
            return is_new;
        });
}

async::awaitable<std::optional<core::guard>> sqlite_store::claim(const core::message& m, int attempt,
                                                                 const ports::restarts_query& q,
                                                                 const core::guard_limits& limits,
                                                                 const core::reach* foretold) {
    return ask<std::optional<core::guard>>(
        [m, attempt, q, limits, falls = foretold_of(foretold), now = loop_.clock().wall_now()](ledger& l) {
            return l.claim(m, attempt, q, limits, now, falls);
        });
}

async::awaitable<void> sqlite_store::save(const core::message& m, int attempt, const core::reach* foretold) {
    const async::frame here;
    co_await write([m, attempt, falls = foretold_of(foretold), now = loop_.clock().wall_now()](ledger& l) {
        l.save(m, attempt, now, falls);
    });
}

async::awaitable<void> sqlite_store::record(const core::message& m, const core::outcome& o) {
    const async::frame here;
    co_await write([m, o](ledger& l) { l.record(m, o); });
}

async::awaitable<std::vector<core::seen_recovery>> sqlite_store::past_recoveries(const core::message& m,
                                                                                 std::string_view act,
                                                                                 core::wall_time since) {
    return ask<std::vector<core::seen_recovery>>(
        [id = m.id, group = m.group, target = m.target.id, act = std::string(act), since](ledger& l) {
            return l.past_recoveries(id, group, target, act, since);
        });
}

async::awaitable<void> sqlite_store::nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why) {
    const async::frame here;
    co_await write([mine = std::vector(ids.begin(), ids.end()), at, why](ledger& l) { l.nack(mine, at, why); });
}

async::awaitable<void> sqlite_store::skip(std::span<const core::skip> skips) {
    const async::frame here;
    co_await write([mine = std::vector(skips.begin(), skips.end())](ledger& l) { l.skip(mine); });
}

async::awaitable<std::optional<core::wall_time>> sqlite_store::follow_plan(const std::string& group,
                                                                           const std::string& plan,
                                                                           core::wall_time now) {
    return ask<std::optional<core::wall_time>>(
        [group, plan, now](ledger& l) { return l.follow_plan(group, plan, now); });
}

async::awaitable<std::vector<ports::unfinished_message>> sqlite_store::unfinished() {
    return ask<std::vector<ports::unfinished_message>>([now = loop_.clock().wall_now()](ledger& l) {
        l.close_open_attempts(now);
        return l.unfinished();
    });
}

async::awaitable<std::optional<ports::recorded_message>> sqlite_store::find(const core::uuid& id) {
    return ask<std::optional<ports::recorded_message>>([id](ledger& l) { return l.find(id); });
}

async::awaitable<std::vector<ports::acted_target>> sqlite_store::acted_on() {
    return ask<std::vector<ports::acted_target>>([](ledger& l) { return l.acted_on(); });
}

async::awaitable<std::vector<ports::group_memory>> sqlite_store::recall(const std::vector<std::string>& groups) {
    return ask<std::vector<ports::group_memory>>([groups](ledger& l) {
        std::vector<ports::group_memory> memories;
        std::ranges::transform(groups, std::back_inserter(memories),
                               [&l](const std::string& group) { return l.guards().recall(group); });
        return memories;
    });
}

async::awaitable<bool> sqlite_store::close_breaker(const std::string& group) {
    return ask<bool>(
        [group, now = loop_.clock().wall_now()](ledger& l) { return l.guards().close_breaker(group, now); });
}

async::awaitable<ports::restarts_so_far> sqlite_store::restarts(const ports::restarts_query& q) {
    return ask<ports::restarts_so_far>([q](ledger& l) { return l.guards().restarts(q); });
}

async::awaitable<std::vector<ports::last_restart>> sqlite_store::restarted_since(const std::string& group,
                                                                                 core::wall_time since) {
    return ask<std::vector<ports::last_restart>>(
        [group, since](ledger& l) { return l.guards().restarted_since(group, since); });
}

async::awaitable<std::optional<halt_record>> sqlite_store::read_halt() {
    return ask<std::optional<halt_record>>([](ledger& l) { return parse_halt(l.fact(halt_key)); });
}

async::awaitable<void> sqlite_store::write_halt(halt_record r) {
    const async::frame here;
    co_await write([text = to_text(r)](ledger& l) { l.set_fact(halt_key, text); });
}

async::awaitable<std::optional<halt_record>> sqlite_store::forget_halt(std::vector<halt_record> known) {
    return ask<std::optional<halt_record>>([known = std::move(known)](ledger& l) {
        const std::optional<std::string> text = l.fact(halt_key);
        std::optional<halt_record> standing = parse_halt(text);
        const auto is_it = [&text](const halt_record& r) { return is_text_of(*text, r); };
        if (standing && std::ranges::none_of(known, is_it)) {
            return standing;
        }
        l.set_fact(halt_key, to_text(std::nullopt));
        return std::optional<halt_record>{};
    });
}

async::awaitable<pruned> sqlite_store::prune(core::wall_time before, std::size_t limit) {
    const async::frame here;
    const auto done = std::make_shared<pruned>();
    co_await write([before, limit, done](ledger& l) { *done = l.prune(before, limit); });
    co_return *done;
}

async::awaitable<void> sqlite_store::close() {
    const async::frame here;
    co_await async::shield(close_unshielded(), patience);
}

template <typename T>
async::awaitable<T> sqlite_store::ask(std::function<T(ledger&)> question) {
    const async::frame here;
    const auto answer = std::make_shared<T>();
    co_await write([answer, question = std::move(question)](ledger& l) { *answer = question(l); });
    co_return std::move(*answer);
}

async::awaitable<void> sqlite_store::write(std::function<void(ledger&)> work) {
    const async::frame here;
    co_await async::shield(write_unshielded(std::move(work)), patience);
}

async::awaitable<void> sqlite_store::write_unshielded(std::function<void(ledger&)> work) {
    const async::frame here;
    const awaited_writer awaited(loop_, *writer_);
    const async::semaphore::permit room = co_await room_.acquire();
    const auto request = std::make_shared<awaited_request>(std::move(work));
    if (!writer_->submit(request)) {
        throw explain(writing, path_, "it has been closed", "start the daemon again");
    }
    co_await request->done.wait();
    try {
        request->get();
        trouble_.clear();
    } catch (const core::store_failed& e) {
        trouble_ = e.what();
        throw;
    }
}

async::awaitable<void> sqlite_store::close_unshielded() {
    const async::frame here;
    const awaited_writer awaited(loop_, *writer_);
    const auto closed = std::make_shared<awaited_request>(nullptr);
    if (writer_->close(closed)) {
        co_await closed->done.wait();
        closed->get();
    }
}

void sqlite_store::hand_over(request_writer::batch done) {
    loop_.post([done = std::move(done)] {
        for (const auto& request : done) {
            static_cast<awaited_request&>(*request).done.set();
        }
    });
}

}  // namespace mayhem::stores
