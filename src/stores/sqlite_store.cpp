#include "stores/sqlite_store.hpp"

#include <memory>
#include <utility>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "stores/ledger.hpp"
#include "stores/store_error.hpp"

namespace mayhem::stores {
namespace {

struct awaited_request final : write_request {
    using write_request::write_request;

    async::event done;
};

}  // namespace

sqlite_store::sqlite_store(async::loop& loop, sqlite_database database)
    : loop_(loop),
      path_(database.path()),
      writer_(std::move(database), [this](sqlite_writer::batch done) { hand_over(std::move(done)); }) {}

async::awaitable<void> sqlite_store::journal(const core::message& m) {
    const async::frame here;
    co_await write([m](ledger& l) { l.journal(m); });
}

async::awaitable<void> sqlite_store::save(const core::message& m, int attempt) {
    const async::frame here;
    co_await write([m, attempt, now = loop_.clock().wall_now()](ledger& l) { l.save(m, attempt, now); });
}

async::awaitable<void> sqlite_store::record(const core::message& m, const core::outcome& o) {
    const async::frame here;
    co_await write([m, o](ledger& l) { l.record(m, o); });
}

async::awaitable<void> sqlite_store::nack(std::span<const core::uuid> ids, core::wall_time at, const std::string& why) {
    const async::frame here;
    co_await write([mine = std::vector(ids.begin(), ids.end()), at, why](ledger& l) { l.nack(mine, at, why); });
}

async::awaitable<std::vector<ports::unfinished_message>> sqlite_store::unfinished() {
    const async::frame here;
    const auto found = std::make_shared<std::vector<ports::unfinished_message>>();
    co_await write([found](ledger& l) { *found = l.unfinished(); });
    co_return std::move(*found);
}

async::awaitable<std::optional<halt_record>> sqlite_store::read_halt() {
    const async::frame here;
    const auto found = std::make_shared<std::optional<std::string>>();
    co_await write([found](ledger& l) { *found = l.fact(halt_key); });
    co_return parse_halt(*found);
}

async::awaitable<void> sqlite_store::write_halt(std::optional<halt_record> r) {
    const async::frame here;
    co_await write([text = to_text(r)](ledger& l) { l.set_fact(halt_key, text); });
}

async::awaitable<void> sqlite_store::close() {
    const async::frame here;
    co_await async::shield(close_unshielded(), patience);
}

async::awaitable<void> sqlite_store::write(std::function<void(ledger&)> work) {
    const async::frame here;
    co_await async::shield(write_unshielded(std::move(work)), patience);
}

async::awaitable<void> sqlite_store::write_unshielded(std::function<void(ledger&)> work) {
    const async::frame here;
    const async::loop::external_work awaited(loop_);
    const async::semaphore::permit room = co_await room_.acquire();
    const auto request = std::make_shared<awaited_request>(std::move(work));
    if (!writer_.submit(request)) {
        throw explain("cannot write to the database", path_, "it has been closed", "start the daemon again");
    }
    co_await request->done.wait();
    request->get();
}

async::awaitable<void> sqlite_store::close_unshielded() {
    const async::frame here;
    const async::loop::external_work awaited(loop_);
    const auto closed = std::make_shared<awaited_request>(nullptr);
    if (writer_.close(closed)) {
        co_await closed->done.wait();
    }
}

void sqlite_store::hand_over(sqlite_writer::batch done) {
    loop_.post([done = std::move(done)] {
        for (const auto& request : done) {
            static_cast<awaited_request&>(*request).done.set();
        }
    });
}

}  // namespace mayhem::stores
