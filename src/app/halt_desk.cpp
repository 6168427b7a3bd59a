#include "app/halt_desk.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/folder_watch.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/printable_text.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using pipeline::halt_door;
using pipeline::halt_reason;
using telemetry::journal_event;

constexpr std::chrono::milliseconds poll_period{500};

/// Though nothing was heard of: a folder may have been made, or replaced, since.
constexpr std::chrono::seconds look_again{30};

/// What follows one on another (a file is made, then written) is looked at once.
constexpr std::chrono::milliseconds settle_time{20};

/// The first line, for a person.
std::string first_line(const std::filesystem::path& path) {
    std::array<char, 201> text{};
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return {};
    }
    const ssize_t size = ::read(fd, text.data(), text.size() - 1);
    ::close(fd);
    const std::string line(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return core::printable_text(line.substr(0, line.find('\n')));
}

core::wall_time to_wall_time(const timespec& t) {
    return core::wall_time{std::chrono::seconds{t.tv_sec} +
                           std::chrono::duration_cast<core::duration>(std::chrono::nanoseconds{t.tv_nsec})};
}

}  // namespace

std::string describe(const halt_reason& r) {
    return fmt::format("since {:%Y-%m-%d %H:%M:%S} by {}{}{}",
                       fmt::localtime(std::chrono::system_clock::to_time_t(r.since)), r.who, r.why.empty() ? "" : ": ",
                       r.why);
}

std::filesystem::path default_halt_file(const std::filesystem::path& database) {
    return database.parent_path() / "halt";
}

void announce_halt_in(const std::filesystem::path& database) {
    const std::string note = database.string() + "-halt";
    std::ofstream(note).close();
    std::error_code ignored;  // it is only there to have been made
    std::filesystem::remove(note, ignored);
}

void halt_desk::configure(bool is_halted, const std::string& config_name, std::filesystem::path halt_file) {
    if (is_halted) {
        open_door({halt_door::config, "the config file " + config_name, loop_.clock().wall_now(), "halted = true"});
    } else {
        close_door(halt_door::config, "the config file " + config_name);
    }
    file_ = std::move(halt_file);
    look_at_file();
}

void halt_desk::recall(const std::optional<stores::halt_record>& r) {
    if (r) {
        is_on_record_ = true;
        open_door({halt_door::command, r->who, r->since, r->why});
    } else if (std::exchange(is_on_record_, false)) {
        close_door(halt_door::command, "another process");
    }
}

async::awaitable<void> halt_desk::halt(stores::sqlite_store& store, std::string who, std::string why) {
    const async::frame here;
    if (is_on_record_ && switch_.is_open(halt_door::command)) {
        co_return;
    }
    ++changes_;
    open_door({halt_door::command, who, loop_.clock().wall_now(), why});  // unless it is open, and not yet on record
    const halt_reason r = *std::ranges::find(switch_.reasons(), halt_door::command, &halt_reason::door);
    const stores::halt_record kept{.who = r.who, .why = r.why, .since = r.since};
    co_await store.write_halt(kept);
    ++changes_;
    is_on_record_ = true;
}

async::awaitable<void> halt_desk::resume(stores::sqlite_store& store, std::string who) {
    const async::frame here;
    ++changes_;
    co_await store.write_halt(std::nullopt);
    ++changes_;
    is_on_record_ = false;
    close_door(halt_door::command, who);
}

async::awaitable<void> halt_desk::watch(stores::sqlite_store& store, std::filesystem::path database) {
    const async::frame here;
    folder_watch folders(loop_);  // one for all rounds: closing inotify holds its caller for 30 ms
    for (;;) {
        const bool is_watching = folders.add(file_.has_parent_path() ? file_.parent_path() : ".") &&
                                 folders.add(database.has_parent_path() ? database.parent_path() : ".");
        look_at_file();
        try {
            const std::uint64_t before = changes_;
            const std::optional<stores::halt_record> kept = co_await store.read_halt();
            if (before == changes_) {
                recall(kept);
            }
        } catch (const core::store_failed& e) {
            log_.warning("{}; whether somebody has halted there is looked up again with the next change", e.what());
        }
        if (is_watching) {
            const bool has_changed = (co_await async::with_timeout(folders.wait(), look_again)).has_value();
            if (has_changed) {
                co_await async::sleep_for(settle_time);
            }
        } else {
            co_await async::sleep_for(poll_period);
        }
    }
}

void halt_desk::look_at_file() {
    struct stat status{};
    if (::stat(file_.c_str(), &status) != 0) {
        close_door(halt_door::file, "the removal of " + file_.string());
        return;
    }
    open_door({halt_door::file, "the file " + file_.string(), to_wall_time(status.st_mtim), first_line(file_)});
}

void halt_desk::log_with(journal_event e, const halt_reason& r,
                         const std::function<void(const telemetry::log&)>& write) const {
    const std::array fields{telemetry::log_field{"MESSAGE_ID", telemetry::id_of(e)},
                            telemetry::log_field{"MAYHEM_DOOR", to_string(r.door)},
                            telemetry::log_field{"MAYHEM_WHO", r.who}, telemetry::log_field{"MAYHEM_WHY", r.why}};
    write(log_.with(fields));
}

void halt_desk::open_door(const halt_reason& r) {
    if (!switch_.halt(r)) {
        return;
    }
    log_with(journal_event::halted, r, [&](const telemetry::log& to) {
        to.warning("Halted {}: nothing is restarted until that is taken back", describe(r));
    });
    tell("halted", r);
}

void halt_desk::tell(std::string_view what, const pipeline::halt_reason& r) const {
    for (const listener& told : listeners_) {
        told(what, r);
    }
}

void halt_desk::close_door(halt_door d, const std::string& who) {
    if (!switch_.resume(d)) {
        return;
    }
    const halt_reason r{d, who, loop_.clock().wall_now(), {}};
    log_with(journal_event::resumed, r, [&](const telemetry::log& to) {
        to.info("Resumed by {}{}", who, switch_.is_halted() ? ", but it is halted for another reason, too" : "");
    });
    tell("resumed", r);
}

}  // namespace mayhem::app
