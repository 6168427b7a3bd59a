#include "halts/halt_desk.hpp"

#include <chrono>

#include <fcntl.h>
#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "system/folder_of.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using pipeline::halt_door;

constexpr std::chrono::milliseconds poll_period{500};

/// What follows one on another (a file is made, then written) is looked at once.
constexpr std::chrono::milliseconds settle_time{20};

std::string config_file_of(const std::string& name) { return "the config file " + name; }

}  // namespace

void announce_halt_in(const std::filesystem::path& database) {
    const std::string note = database.string() + "-halt";
    (void)::unlink(note.c_str());  // nobody's that is still needed
    const system::unique_fd made(::open(note.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    (void)::unlink(note.c_str());  // it is only there to have been made
}

void halt_desk::halt_by_config(const std::string& config_name) {
    doors_.open({halt_door::config, config_file_of(config_name), loop_.clock().wall_now(), "halted = true"});
}

async::awaitable<void> halt_desk::configure(bool is_halted, std::string config_name, std::filesystem::path halt_file) {
    const async::frame here;
    if (is_halted) {
        halt_by_config(config_name);
    }
    co_await file_.use(std::move(halt_file));
    if (!is_halted) {
        doors_.close(halt_door::config, config_file_of(config_name));
    }
    file_changed_.set();  // what is waited for may be another file now
}

async::awaitable<void> halt_desk::watch_folders() {
    const async::frame here;
    for (;;) {
        co_await sight_.change();
        co_await async::sleep_for(settle_time);
        file_changed_.set();
        record_changed_.set();
    }
}

async::awaitable<void> halt_desk::watch_file() {
    const async::frame here;
    for (;;) {
        file_changed_.clear();
        co_await file_.look();
        co_await wait_for(file_changed_, file_.is_watched());
    }
}

async::awaitable<void> halt_desk::watch_record(ports::halt_memory& record, std::filesystem::path database) {
    const async::frame here;
    for (;;) {
        record_changed_.clear();
        attend(system::folder_of(database));
        try {
            co_await command_.look_up(record);
        } catch (const core::store_failed& e) {
            log_.warning("{}; whether somebody has halted there is looked up again with the next change", e.what());
        }
        co_await wait_for(record_changed_, is_record_watched_);
    }
}

async::awaitable<void> halt_desk::wait_for(async::event& change, bool is_watched) {
    const async::frame here;
    const auto limit = is_watched ? sight_.look_again() : std::chrono::nanoseconds{poll_period};
    const bool has_changed = (co_await async::with_timeout(change.wait(), limit)).has_value();
    (void)has_changed;  // looked at in any case
}

void halt_desk::attend(const std::filesystem::path& folder) {
    if (std::exchange(is_attending_, true)) {
        return;
    }
    const bool is_begun = sight_.attend(folder, [this](bool is_watched) {
        is_attending_ = false;
        if (is_watched && !is_record_watched_) {
            record_changed_.set();  // what has happened before was not told
        }
        is_record_watched_ = is_watched;
    });
    is_attending_ = is_attending_ && is_begun;
}

}  // namespace mayhem::app
