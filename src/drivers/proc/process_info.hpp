#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace mayhem::drivers {

/// Which file: two paths that lead to one have the same, and no path is needed to compare.
struct file_identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    friend bool operator==(const file_identity&, const file_identity&) = default;
};

/// What /proc says about one process at one moment. All text but the control group is printable
/// (`core::printable_text`).
struct process_info {
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t group = 0;
    std::uint64_t start_ticks = 0;
    char state = '?';  ///< 'R', 'S', 'D', 'T', 'Z', ...
    bool is_kernel_thread = false;
    bool is_exiting = false;                       ///< inside the kernel, on its way out
    bool has_terminal = false;                     ///< a controlling one
    std::string name;                              ///< "comm": at most 15 bytes, and the process may choose it
    std::string executable;                        ///< absolute path; empty when it may not be read
    bool is_executable_deleted = false;            ///< replaced or removed since it was started, as by an upgrade
    std::optional<file_identity> executable_file;  ///< of a program that is running; nothing when it may not be read
    std::string command_line;                      ///< arguments joined with spaces; "[name]" when there are none
    std::string control_group;                     ///< as /proc/PID/cgroup has it; empty when it may not be read
    std::string directory;                         ///< the working one; empty when it may not be read
    std::optional<uid_t> user;                     ///< effective; nothing when it could not be read
    pid_t tracer = 0;                              ///< who traces it, as a debugger or strace does; 0: nobody

    /// In how many PID namespaces it has a number, counted from that of /proc: 1 for a process of this one. Nothing
    /// when the kernel does not say.
    std::optional<std::size_t> pid_namespaces;

    /// Neither ended nor waiting to be reaped. A stopped process is running: it is still there.
    [[nodiscard]] bool is_running() const noexcept { return state != 'Z' && state != 'X' && state != 'x'; }
};

/// Both run the same file. Of a script, this is the interpreter.
[[nodiscard]] inline bool is_same_program(const process_info& a, const process_info& b) {
    return a.executable_file && b.executable_file ? a.executable_file == b.executable_file
                                                  : !a.executable.empty() && a.executable == b.executable;
}

/// The kernel keeps so much of a name (TASK_COMM_LEN - 1).
inline constexpr std::size_t process_name_bytes_max = 15;

/// The part after the last slash.
[[nodiscard]] constexpr std::string_view file_name(std::string_view path) noexcept {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace mayhem::drivers
