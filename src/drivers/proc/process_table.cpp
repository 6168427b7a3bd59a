#include "drivers/proc/process_table.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "drivers/proc/proc_stat.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::size_t small_file_bytes_max = 16UL * 1024;
constexpr std::size_t ancestors_max = 1000;

std::optional<std::string> read_file(int directory, const char* name, std::size_t bytes_max) {
    const system::unique_fd file(::openat(directory, name, O_RDONLY | O_CLOEXEC));
    if (!file) {
        return std::nullopt;
    }
    std::string content;
    std::array<char, 4096> buffer{};
    while (content.size() < bytes_max) {
        const ssize_t count = ::read(file.get(), buffer.data(), std::min(buffer.size(), bytes_max - content.size()));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return std::nullopt;
        }
        if (count == 0) {
            break;
        }
        content.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return content;
}

std::string read_whole(const std::filesystem::path& path) {
    std::optional<std::string> content = read_file(AT_FDCWD, path.c_str(), small_file_bytes_max);
    if (!content) {
        throw std::runtime_error("cannot read " + path.string() + ": " + std::generic_category().message(errno) +
                                 "; Mayhem needs the proc file system to know processes apart");
    }
    return *std::move(content);
}

std::string read_link(int directory, const char* name) {
    std::array<char, 4096> target{};
    const ssize_t length = ::readlinkat(directory, name, target.data(), target.size());
    return length <= 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(length));
}

template <typename Number>
std::optional<Number> leading_number(std::string_view text) {
    Number number{};
    const auto [stopped_at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} ? std::optional(number) : std::nullopt;
}

std::string command_line_text(std::string bytes, const std::string& name) {
    bytes.erase(bytes.find_last_not_of('\0') + 1);
    if (bytes.empty()) {
        return '[' + name + ']';
    }
    std::ranges::replace(bytes, '\0', ' ');
    return core::printable_text(bytes);
}

/// What follows "KEY:" and a tab on its line of /proc/PID/status; nothing when there is no such line.
std::optional<std::string_view> status_value(std::string_view status, std::string_view key) {
    const std::string line = std::string(1, '\n').append(key).append(":\t");
    const std::size_t found = status.find(line);
    if (found == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view rest = status.substr(found + line.size());
    return rest.substr(0, rest.find('\n'));
}

std::optional<uid_t> effective_user(std::string_view status) {
    const std::string_view ids = status_value(status, "Uid").value_or("");
    const std::size_t tab = ids.find('\t');
    return tab == std::string_view::npos ? std::nullopt : leading_number<uid_t>(ids.substr(tab + 1));
}

std::optional<std::size_t> count_pid_namespaces(std::string_view status) {
    const auto numbers = status_value(status, "NSpid");
    return numbers && !numbers->empty() ? std::optional<std::size_t>(std::ranges::count(*numbers, '\t') + 1)
                                        : std::nullopt;
}

std::optional<file_identity> read_identity(int directory, const char* name) {
    struct stat found{};
    return ::fstatat(directory, name, &found, 0) == 0
               ? std::optional(file_identity{.device = found.st_dev, .inode = found.st_ino})
               : std::nullopt;
}

void set_executable(process_info& process, std::string path) {
    constexpr std::string_view deleted = " (deleted)";
    process.is_executable_deleted = path.ends_with(deleted);
    if (process.is_executable_deleted) {
        path.erase(path.size() - deleted.size());
    }
    process.executable = core::printable_text(path);
}

std::optional<process_info> read_process(const std::filesystem::path& root, const char* pid,
                                         const std::function<bool(const process_info&)>& wanted) {
    const system::unique_fd directory(::open((root / pid).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory) {
        return std::nullopt;
    }
    const std::optional<std::string> stat = read_file(directory.get(), "stat", small_file_bytes_max);
    std::optional<process_info> process = stat ? parse_proc_stat(*stat) : std::nullopt;
    if (!process || !wanted(*process)) {
        return std::nullopt;
    }
    const std::optional<std::string> command_line =
        read_file(directory.get(), "cmdline", process_table::command_line_bytes_max);
    const std::optional<std::string> status = read_file(directory.get(), "status", small_file_bytes_max);
    if (!command_line || !status) {
        return std::nullopt;
    }
    process->command_line = command_line_text(*command_line, process->name);
    process->user = effective_user(*status);
    process->tracer = leading_number<pid_t>(status_value(*status, "TracerPid").value_or("")).value_or(0);
    process->control_group = read_file(directory.get(), "cgroup", small_file_bytes_max).value_or("");
    process->directory = core::printable_text(read_link(directory.get(), "cwd"));
    process->pid_namespaces = count_pid_namespaces(*status);
    set_executable(*process, read_link(directory.get(), "exe"));
    process->executable_file = read_identity(directory.get(), "exe");
    return process;
}

}  // namespace

process_table::process_table(std::filesystem::path root) : root_(std::move(root)) {
    boot_id_ = read_whole(root_ / "sys/kernel/random/boot_id");
    boot_id_.erase(boot_id_.find_last_not_of(" \n") + 1);
    if (boot_id_.empty()) {
        throw std::runtime_error((root_ / "sys/kernel/random/boot_id").string() + " is empty");
    }
}

std::optional<process_info> process_table::read(pid_t pid) const {
    return read_process(root_, std::to_string(pid).c_str(), [](const process_info&) { return true; });
}

std::vector<process_info> process_table::scan(const std::function<bool(const process_info&)>& wanted) const {
    const auto close = [](DIR* d) { ::closedir(d); };
    const std::unique_ptr<DIR, decltype(close)> directory(::opendir(root_.c_str()), close);
    if (!directory) {
        throw std::system_error(errno, std::generic_category(), "cannot list the processes in " + root_.string());
    }
    std::vector<process_info> found;
    while (const dirent* entry = ::readdir(directory.get())) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') {
            continue;
        }
        if (std::optional<process_info> process = read_process(root_, entry->d_name, wanted)) {
            found.push_back(*std::move(process));
        }
    }
    return found;
}

std::vector<pid_t> process_table::ancestors(pid_t pid) const {
    std::vector<pid_t> found;
    std::optional<process_info> process = read(pid);
    while (process && process->parent > 0 && found.size() < ancestors_max) {
        found.push_back(process->parent);
        process = read(process->parent);
    }
    return found;
}

process_incarnation process_table::incarnation_of(const process_info& process) const {
    return {.pid = process.pid, .start_ticks = process.start_ticks, .boot_id = boot_id_};
}

std::uint64_t process_table::now_ticks() const {
    // "SECONDS.HUNDREDTHS ..."; the same clock that start times are taken from, suspended time included.
    const std::string uptime = read_whole(root_ / "uptime");
    const std::size_t point = uptime.find('.');
    const auto seconds = leading_number<std::uint64_t>(uptime);
    const auto hundredths = leading_number<std::uint64_t>(
        point == std::string::npos ? std::string_view() : std::string_view(uptime).substr(point + 1, 2));
    if (!seconds || !hundredths) {
        throw std::runtime_error("cannot understand " + (root_ / "uptime").string() + ": " +
                                 core::printable_text(uptime));
    }
    const auto ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return *seconds * ticks_per_second + *hundredths * ticks_per_second / 100;
}

pid_t process_table::self() const {
    return leading_number<pid_t>(read_link(AT_FDCWD, (root_ / "self").c_str())).value_or(0);
}

}  // namespace mayhem::drivers
