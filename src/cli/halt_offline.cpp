#include "cli/halt_offline.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/config_source.hpp"
#include "cli/standard_output.hpp"
#include "config/store_path.hpp"
#include "control/peer.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "stores/sqlite/facts.hpp"
#include "stores/sqlite/halt_record.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::cli {

namespace {

constexpr int name_ms_max = 500;

/// With the name, unless a directory service keeps it for too long: a process asks, which can be left behind.
std::string describe_soon(const control::peer& p) {
    std::array<int, 2> ends{-1, -1};
    const bool has_pipe = ::pipe2(ends.data(), O_CLOEXEC) == 0;
    const system::unique_fd reading(ends[0]);
    system::unique_fd writing(ends[1]);
    const pid_t asking = has_pipe ? ::fork() : -1;
    if (asking == 0) {
        const std::string text = control::describe(p);
        const bool is_told = ::write(writing.get(), text.data(), text.size()) > 0;
        ::_exit(is_told ? 0 : 1);
    }
    if (asking < 0) {
        return control::describe_without_name(p);
    }
    writing.reset();
    pollfd answer{.fd = reading.get(), .events = POLLIN, .revents = 0};
    std::array<char, 512> text{};
    const bool is_answered = ::poll(&answer, 1, name_ms_max) > 0;
    const ssize_t size = is_answered ? ::read(reading.get(), text.data(), text.size()) : 0;
    (void)::kill(asking, SIGKILL);
    (void)::waitpid(asking, nullptr, WNOHANG);  // whoever is left is not ours to wait for
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : control::describe_without_name(p);
}

stores::halt_record record_of(const std::string& why) {
    control::peer self;
    self.is_local_user = true;
    self.uid = ::getuid();
    self.pid = ::getpid();
    return {.who = describe_soon(self),
            .why = why,
            .since = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now())};
}

}  // namespace

int halt_offline(bool halt, const control_options& o, const app::config& c, const std::string& why_not) {
    const std::filesystem::path path = find_store(o, c);
    stores::halt_record asked = halt ? record_of(o.why) : stores::halt_record{};
    const system::owner_rights rights = app::act_as_owner_of(path);
    app::make_store_folder(path);
    stores::sqlite_database database =
        stores::sqlite_database::open(path, stores::sqlite_database::default_busy_timeout, app::links_of(rights));
    std::optional<stores::halt_record> kept;
    if (halt) {  // anew, should there be one: a resume that a daemon is about to write must not take it for the old one
        const auto before = stores::parse_halt(stores::get_fact(database, stores::halt_key));
        asked.why = o.why.empty() && before ? before->why : o.why;
        kept = std::move(asked);
    }
    stores::set_fact(database, stores::halt_key, stores::to_text(kept));
    app::announce_halt_in(path);
    print_error("mayhem: " + why_not);
    if (o.json) {
        const nlohmann::json j{{"is_halted", halt}, {"store", path.string()}};
        print_json(core::json_text(j));
    } else {
        print((halt ? "Halted" : "Resumed") + (" in the database " + path.string()) +
              ": a daemon that uses it obeys from now on.\n");
    }
    return 0;
}

}  // namespace mayhem::cli
