#include "sim/world/sim_sight.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"

namespace mayhem::sim {

sim_sight::sim_sight(process& p, halt_files& f) : process_(p), files_(f) {
    files_.on_change = [this] {
        if (!process_.world().dice.roll(fault::lost_notice)) {
            changed_.set();
        }
    };
}

bool sim_sight::look(const std::filesystem::path& /*file*/, seen then) {
    process_.tasks().spawn("sight", look_around(std::move(then)));
    return true;
}

async::awaitable<void> sim_sight::look_around(seen then) {
    const async::frame here;
    const dice::outcome blind = process_.world().dice.roll(fault::blind_sight);
    const dice::outcome slow = process_.world().dice.roll(fault::slow_sight);
    const std::uint64_t change = files_.change();
    app::halt_look found = std::optional<app::halt_note>{};
    if (blind) {
        found = core::failure{std::string("Permission denied")};
        if (files_.is_there()) {
            process_.world().rare.note(rare_state::halt_file_unseen);
        }
    } else if (files_.is_there()) {
        found = std::optional(app::halt_note{.since = process_.world().clock.wall_now(), .why = files_.why()});
    }
    co_await process_.spend(slow ? spread(slow.severity, std::chrono::milliseconds{1}, std::chrono::seconds{100})
                                 : std::chrono::nanoseconds{std::chrono::milliseconds{1}});
    if (!process_.is_alive()) {
        co_return;
    }
    then(found, true);
    if (!blind) {
        files_.note_look(change);
    }
}

bool sim_sight::attend(const std::filesystem::path& /*folder*/, std::function<void(bool)> then) {
    then(true);
    return true;
}

std::chrono::nanoseconds sim_sight::look_again() const noexcept {
    return app::halt_sight::look_again() * (process_.world().dice.speed() == pace::hectic ? 1 : 10);
}

async::awaitable<void> sim_sight::change() {
    const async::frame here;
    co_await changed_.wait();
    changed_.clear();
}

}  // namespace mayhem::sim
