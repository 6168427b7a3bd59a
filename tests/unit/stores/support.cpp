#include "support.hpp"

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mayhem/core/errors.hpp"

namespace mayhem::stores::test {

temporary_folder::temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "mayhem-stores-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), name);
    }
    path_ = name;
    std::filesystem::permissions(path_, std::filesystem::perms{0755});
}

temporary_folder::~temporary_folder() {
    std::filesystem::permissions(path_, std::filesystem::perms{0755});
    std::filesystem::remove_all(path_);
}

core::message message_number(std::uint64_t n) {
    core::random_source numbers(n);
    return {.id = core::uuid::random(numbers),
            .group = "cattle",
            .target = {.id = fmt::format("cattle-{:04}.example.net", n),
                       .incarnation = "1",
                       .name = fmt::format("cattle-{:04}", n)},
            .planned_at = at(0),
            .expires_at = at(600)};
}

core::wall_time at(int seconds) { return core::wall_time{std::chrono::seconds{1'700'000'000 + seconds}}; }

core::outcome recovered(int attempt) {
    core::outcome o;
    o.verdict = core::verdict::recovered;
    o.disposition = core::disposition::acked;
    o.attempt = attempt;
    o.started_at = at(0);
    o.ended_at = at(2);
    o.recovery = std::chrono::milliseconds{1'500};
    o.incarnation_after = "2";
    return o;
}

core::outcome failed(int attempt) {
    core::outcome o;
    o.verdict = core::verdict::restart_failed;
    o.disposition = core::disposition::nacked;
    o.attempt = attempt;
    o.started_at = at(0);
    o.ended_at = at(2);
    o.error = "Could not restart it";
    o.retry_at = at(60);
    return o;
}

void child_report::operator()(const std::string& line) const {
    if (::write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        ::_exit(1);
    }
}

std::string in_child(const std::function<void(const child_report&)>& body) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
    const pid_t child = ::fork();
    if (child == 0) {
        const child_report report(ends[1]);
        try {
            body(report);
        } catch (const std::exception& e) {
            report(e.what());
        }
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
        said.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return said;
}

void drop_privileges() {
    constexpr unsigned nobody = 65'534;
    if (::geteuid() == 0 && (::setresgid(nobody, nobody, nobody) != 0 || ::setresuid(nobody, nobody, nobody) != 0)) {
        throw std::system_error(errno, std::generic_category(), "setresuid");
    }
}

std::string failure_of(const std::function<void()>& body) {
    try {
        body();
        return {};
    } catch (const core::store_failed& e) {
        return e.what();
    }
}

std::int64_t count(const std::filesystem::path& path, const std::string& sql) {
    SQLite::Database reader(path.string(), SQLite::OPEN_READONLY, 1'000);
    return reader.execAndGet(sql).getInt64();
}

std::string text(const std::filesystem::path& path, const std::string& sql) {
    SQLite::Database reader(path.string(), SQLite::OPEN_READONLY, 1'000);
    return reader.execAndGet(sql).getString();
}

}  // namespace mayhem::stores::test
