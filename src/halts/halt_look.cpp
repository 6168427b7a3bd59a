#include "halts/halt_look.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mayhem/core/text/printable_text.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::app {

namespace {

/// For a person.
std::string first_line(const std::filesystem::path& file) {
    std::array<char, 201> text{};
    const system::unique_fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) {
        return {};
    }
    const ssize_t size = ::read(fd.get(), text.data(), text.size() - 1);
    const std::string line(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return core::printable_text(line.substr(0, line.find('\n')));
}

core::wall_time to_wall_time(const timespec& t) {
    return core::wall_time{std::chrono::seconds{t.tv_sec} +
                           std::chrono::duration_cast<core::duration>(std::chrono::nanoseconds{t.tv_nsec})};
}

}  // namespace

halt_look look_at_halt_file(const std::filesystem::path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) == 0) {
        return std::optional(halt_note{.since = to_wall_time(status.st_mtim), .why = first_line(file)});
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return std::optional<halt_note>{};
    }
    return core::failure{std::generic_category().message(errno)};
}

std::filesystem::path default_halt_file(const std::filesystem::path& database) {
    return database.parent_path() / "halt";
}

}  // namespace mayhem::app
