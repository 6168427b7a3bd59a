#include "app/halt_desk.hpp"

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

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using pipeline::halt_door;
using pipeline::halt_reason;

constexpr std::chrono::milliseconds poll_period{500};

/// Though nothing was heard of: a folder may have been made, or replaced, since.
constexpr std::chrono::seconds look_again{30};

/// What follows one on another (a file is made, then written) is looked at once.
constexpr std::chrono::milliseconds settle_time{20};

/// The first line, for a person; what is no text is not shown.
std::string first_line(const std::filesystem::path& path) {
    std::array<char, 201> text{};
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return {};
    }
    const ssize_t size = ::read(fd, text.data(), text.size() - 1);
    ::close(fd);
    std::string line(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    line = line.substr(0, line.find('\n'));
    std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
    return line;
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
    if (switch_.is_open(halt_door::command)) {
        co_return;
    }
    const core::wall_time now = loop_.clock().wall_now();
    ++changes_;
    open_door({halt_door::command, who, now, why});
    const stores::halt_record kept{.who = who, .why = why, .since = now};
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
    for (;;) {
        folder_watch folders(loop_);
        const bool is_watching = folders.add(file_.has_parent_path() ? file_.parent_path() : ".") &&
                                 folders.add(database.has_parent_path() ? database.parent_path() : ".");
        look_at_file();
        if (is_watching) {
            (void)co_await async::with_timeout(folders.wait(), look_again);
            co_await async::sleep_for(settle_time);
        } else {
            co_await async::sleep_for(poll_period);
        }
        try {
            const std::uint64_t before = changes_;
            const std::optional<stores::halt_record> kept = co_await store.read_halt();
            if (before == changes_) {
                recall(kept);
            }
        } catch (const core::store_failed& e) {
            log_.warning("{}; whether somebody has halted there is looked up again with the next change", e.what());
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

void halt_desk::open_door(halt_reason r) {
    if (!switch_.halt(r)) {
        return;
    }
    log_.warning("Halted {}: nothing is restarted until that is taken back", describe(r));
    if (changed_) {
        changed_("halted", r);
    }
}

void halt_desk::close_door(halt_door d, const std::string& who) {
    if (!switch_.resume(d)) {
        return;
    }
    log_.info("Resumed by {}{}", who, switch_.is_halted() ? ", but it is halted for another reason, too" : "");
    if (changed_) {
        changed_("resumed", {d, who, loop_.clock().wall_now(), {}});
    }
}

}  // namespace mayhem::app
