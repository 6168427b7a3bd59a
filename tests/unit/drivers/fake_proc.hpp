#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/types.h>
#include <unistd.h>

namespace mayhem::drivers {

/// An imitation of /proc in a directory of its own, which goes with it. Reads as the real one where `process_table`
/// looks.
class fake_proc {
public:
    struct process {
        pid_t pid = 0;
        pid_t parent = 1;
        pid_t group = 0;
        std::uint64_t start_ticks = 1000;
        char state = 'S';
        std::uint64_t flags = 0;
        std::string name = "worker";
        std::string executable = "/usr/bin/worker";  ///< empty: not readable
        std::string command_line = std::string("worker\0--slow\0", 14);
        uid_t user = 0;
        std::string group_of_controls = "0::/system.slice/worker.service\n";  ///< /proc/PID/cgroup
        int terminal = 0;                                                     ///< its device number; 0: none
        std::string namespace_pids = "7";  ///< its numbers, parted by tabs; empty: not said
    };

    static constexpr std::string_view boot_id = "5bd1e995-0000-4000-8000-000000000001";
    static constexpr std::uint64_t kernel_thread_flag = 0x00200000;

    fake_proc() {
        std::string name = (std::filesystem::temp_directory_path() / "mayhem-proc-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("cannot make " + name);
        }
        root_ = name;
        std::filesystem::create_directories(root_ / "sys/kernel/random");
        write(root_ / "sys/kernel/random/boot_id", std::string(boot_id) + "\n");
        set_uptime("1234.56 2000.00\n");
        set_self(::getpid());
    }
    ~fake_proc() { std::filesystem::remove_all(root_); }
    fake_proc(const fake_proc&) = delete;
    fake_proc& operator=(const fake_proc&) = delete;

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

    void set_uptime(const std::string& text) const { write(root_ / "uptime", text); }

    void set_self(pid_t pid) const {
        std::filesystem::remove(root_ / "self");
        std::filesystem::create_symlink(std::to_string(pid), root_ / "self");
    }

    void add(const process& p) const {
        const std::filesystem::path directory = root_ / std::to_string(p.pid);
        std::filesystem::create_directory(directory);
        write(directory / "stat", stat_text(p));
        write(directory / "cmdline", p.command_line);
        write(directory / "cgroup", p.group_of_controls);
        const std::string user = std::to_string(p.user);
        // Real, effective, saved, file system.
        write(directory / "status", "Name:\t" + p.name + "\nState:\tS\nUid:\t4242\t" + user + "\t" + user + "\t4242\n" +
                                        (p.namespace_pids.empty() ? "" : "NSpid:\t" + p.namespace_pids + '\n') +
                                        "Threads:\t1\n");
        if (!p.executable.empty()) {
            std::filesystem::remove(directory / "exe");
            std::filesystem::create_symlink(p.executable, directory / "exe");
        }
    }

    /// The daemon, as which the driver finds itself.
    void add_self() const {
        add({.pid = ::getpid(), .name = "mayhem", .executable = "/usr/bin/mayhem", .command_line = "mayhem"});
    }

    /// As after the process was reaped while somebody had its directory open: reading fails.
    void empty_out(pid_t pid) const { std::filesystem::remove(root_ / std::to_string(pid) / "cmdline"); }

    static std::string stat_text(const process& p) {
        return std::to_string(p.pid) + " (" + p.name + ") " + p.state + ' ' + std::to_string(p.parent) + ' ' +
               std::to_string(p.group) + " 7 " + std::to_string(p.terminal) + " -1 " + std::to_string(p.flags) +
               " 1 2 3 4 5 6 7 8 20 0 1 0 " + std::to_string(p.start_ticks) + " 1000 200 18446744073709551615\n";
    }

private:
    static void write(const std::filesystem::path& file, const std::string& text) {
        std::ofstream(file, std::ios::binary) << text;
    }

    std::filesystem::path root_;
};

}  // namespace mayhem::drivers
