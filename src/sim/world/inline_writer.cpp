#include "sim/world/inline_writer.hpp"

#include <iterator>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "stores/sqlite/sqlite_writer.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds usual = 2ms;
constexpr std::chrono::nanoseconds slowest = 40s;

}  // namespace

inline_writer::inline_writer(process& p, stores::sqlite_database database, batch_handler on_batch)
    : mine_(std::make_shared<state>(p, std::move(database), std::move(on_batch))) {
    p.tasks().spawn("database", run(mine_));
}

inline_writer::~inline_writer() {
    mine_->hand_back = nullptr;
    mine_->is_closing = true;
    mine_->work.set();
}

bool inline_writer::submit(std::shared_ptr<stores::write_request> r) {
    if (mine_->is_closing || mine_->waiting.size() >= stores::sqlite_writer::waiting_max) {
        return false;
    }
    mine_->waiting.push_back(std::move(r));
    mine_->work.set();
    return true;
}

bool inline_writer::close(std::shared_ptr<stores::write_request> closed) {
    if (mine_->is_closing) {
        return false;
    }
    mine_->closed = std::move(closed);
    mine_->is_closing = true;
    mine_->work.set();
    return true;
}

async::awaitable<void> inline_writer::wait_for_work(state& s) {
    const async::frame here;
    if (s.runner.is_in_doubt()) {
        const bool came = (co_await async::with_timeout(s.work.wait(), stores::sqlite_writer::doubt_retry)).has_value();
        (void)came;
    } else {
        co_await s.work.wait();
    }
    s.work.clear();
}

async::awaitable<void> inline_writer::run(std::shared_ptr<state> s) {
    const async::frame here;
    process& owner = s->owner;
    while (!s->is_closing || !s->waiting.empty()) {
        if (s->waiting.empty()) {
            co_await wait_for_work(*s);
        }
        if (s->waiting.empty()) {
            (void)s->runner.end_doubt();
            continue;
        }
        co_await owner.take_time(fault::slow_store, usual, slowest, trouble_kind::store);
        const batch b(std::make_move_iterator(s->waiting.begin()), std::make_move_iterator(s->waiting.end()));
        s->waiting.clear();
        s->runner.carry_out(b);
        owner.look_whether_it_died();
        co_await owner.take_time(fault::slow_store, usual, slowest, trouble_kind::store);
        owner.note_call();
        if (s->hand_back) {
            s->hand_back(b);
        }
    }
    const std::exception_ptr doubt = s->runner.close();
    if (s->closed && s->hand_back) {
        s->closed->end(doubt);
        s->hand_back({std::move(s->closed)});
    }
}

}  // namespace mayhem::sim
