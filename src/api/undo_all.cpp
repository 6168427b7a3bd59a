#include "api/undo_all.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "config/store_path.hpp"
#include "drivers/driver_kinds.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_handle.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/ports/action.hpp"
#include "stores/notes/undo_folder.hpp"

namespace mayhem::app {

namespace {

/// Files are touched by the thread that has taken their owner's rights.
class on_the_loop final : public async::blocking {
public:
    explicit on_the_loop(async::loop& l) : loop_(l) {}
    void post(async::unique_function<void()> job) override { loop_.post(std::move(job)); }
    [[nodiscard]] bool is_outside_loop() const noexcept override { return false; }

private:
    async::loop& loop_;
};

async::awaitable<void> end_one(ports::action& how, ports::undo_note n, undo_result& result) {
    const async::frame here;
    try {
        const ports::action::ending e = co_await how.end(std::move(n));
        result.has_stood = e == ports::action::ending::undone;
        result.is_taken_over = e == ports::action::ending::taken_over;
    } catch (const core::undo_failed& e) {
        result.trouble = e.what();
    }
}

async::awaitable<void> remove_one(stores::undo_folder& from, ports::undo_note n, undo_result& result) {
    const async::frame here;
    try {
        co_await from.remove(std::move(n));
    } catch (const core::store_failed& e) {
        result.trouble = e.what();
    }
}

/// One after the other, each to its end.
class work_on_record {
public:
    explicit work_on_record(std::filesystem::path store)
        : store_(std::move(store)), loop_(clock_), threads_(loop_), notes_(threads_, store_.parent_path()) {}

    [[nodiscard]] ports::undo_notes::found read() {
        const system::owner_rights rights = act_as_owner_of(store_);
        return async::run(loop_, "undo", notes_.all());
    }

    [[nodiscard]] undo_result undo(const ports::undo_note& n) {
        const auto how = std::ranges::find(actions_, n.action, [](const auto& a) { return a->called().name; });
        undo_result result{.name = n.name,
                           .action = n.action,
                           .undone = {},
                           .has_stood = false,
                           .is_taken_over = false,
                           .trouble = {}};
        if (how == actions_.end()) {
            result.trouble = "this program does not know how: use the mayhem that did it";
            return result;
        }
        result.undone = (*how)->called().undone;
        async::run(loop_, "undo", end_one(**how, n, result));
        if (result.trouble.empty()) {
            const system::owner_rights rights = act_as_owner_of(store_);
            async::run(loop_, "undo", remove_one(notes_, n, result));
        }
        return result;
    }

private:
    const std::filesystem::path store_;
    const std::vector<std::unique_ptr<ports::action>> actions_ = drivers::make_actions();
    async::real_clock clock_;
    async::loop loop_;
    on_the_loop threads_;
    stores::undo_folder notes_;
};

}  // namespace

undo_results undo_all(const std::filesystem::path& store) {
    work_on_record work(store);
    ports::undo_notes::found found = work.read();
    undo_results results{.ended = {}, .unreadable = std::move(found.unreadable)};
    for (const ports::undo_note& n : found.notes) {
        results.ended.push_back(work.undo(n));
    }
    return results;
}

}  // namespace mayhem::app
