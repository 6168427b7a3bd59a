#include "support/server_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mayhem/async/thread_pool.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::test {

namespace {

/// In the child. Everything was allocated before.
[[noreturn]] void become(const ordinary_user& user, char* const* arguments, int out, int errors, bool has_group) {
    static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    static char language[] = "LC_ALL=C";
    static std::array<char*, 3> environment = {path, language, nullptr};
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (has_group && ::setpgid(0, 0) != 0) {
        ::_exit(126);
    }
    if (::getuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(user.gid) != 0 || ::setuid(user.uid) != 0)) {
        ::_exit(126);
    }
    // Behind the change of the user, which takes it back. To PostgreSQL it means: at once.
    if (::prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || ::chdir("/") != 0 || ::dup2(nothing, STDIN_FILENO) < 0 ||
        ::dup2(out, STDOUT_FILENO) < 0 || ::dup2(errors, STDERR_FILENO) < 0) {
        ::_exit(126);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(arguments[0], arguments, environment.data());
    ::_exit(127);
}

std::vector<char*> as_arguments(std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (std::string& word : command) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    return arguments;
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) {
            continue;
        }
        std::ifstream status(entry.path() / "status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("PPid:") && std::stol(line.substr(5)) == parent) {
                children.push_back(static_cast<pid_t>(std::stol(name)));
            }
        }
    }
    return children;
}

/// On a thread that lives as long as the process: the signal that a parent's death sends is sent when the thread ends
/// that made the child.
pid_t start(std::vector<std::string>& command, int out, int errors, bool has_group) {
    static async::thread_pool parent(1, "parent");
    const ordinary_user user = find_ordinary_user();
    const std::vector<char*> arguments = as_arguments(command);
    std::promise<pid_t> made;
    parent.post([&] {
        const pid_t child = ::fork();
        if (child == 0) {
            become(user, arguments.data(), out, errors, has_group);
        }
        made.set_value(child);
    });
    const pid_t child = made.get_future().get();
    if (child < 0) {
        throw std::runtime_error("cannot start " + command[0]);
    }
    return child;
}

}  // namespace

ordinary_user find_ordinary_user() {
    if (::getuid() != 0) {
        return {::getuid(), ::getgid()};
    }
    for (const char* const name : {"postgres", "nobody"}) {
        if (const passwd* const entry = ::getpwnam(name); entry != nullptr && entry->pw_uid != 0) {
            return {entry->pw_uid, entry->pw_gid};
        }
    }
    throw std::runtime_error("there is neither a user postgres nor a user nobody to run a server as");
}

server_process::server_process(std::vector<std::string> command, std::string log_file) : pid_(0) {
    const system::unique_fd log(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!log) {
        throw std::system_error(errno, std::generic_category(), "cannot write " + log_file);
    }
    pid_ = start(command, log.get(), log.get(), true);
}

server_process::~server_process() {
    if (!has_ended()) {
        (void)::kill(-pid_, SIGCONT);  // what was frozen could not be reaped
        (void)::kill(-pid_, SIGKILL);
        (void)::kill(pid_, SIGKILL);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
}

void server_process::signal(int number) const {
    if (!is_reaped_) {
        (void)::kill(pid_, number);
    }
}

bool server_process::has_ended() {
    is_reaped_ = is_reaped_ || ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    return is_reaped_;
}

bool server_process::end_with_children(std::chrono::milliseconds limit) {
    // Orphans become ours, and not those of a process 1 that may never look at them.
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot take orphans");
    }
    signal(SIGSTOP);  // so that it starts no more
    const std::vector<pid_t> children = children_of(pid_);
    signal(SIGKILL);
    return ends_within(limit) && comes_true(
                                     [&] {
                                         return std::ranges::all_of(children, [](pid_t child) {
                                             return ::waitpid(child, nullptr, WNOHANG) == child ||
                                                    ::kill(child, 0) != 0;
                                         });
                                     },
                                     limit);
}

bool server_process::ends_within(std::chrono::milliseconds limit) {
    return comes_true([this] { return has_ended(); }, limit);
}

std::string run_as_ordinary_user(std::vector<std::string> command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
    }
    const system::unique_fd from(ends[0]);
    system::unique_fd to(ends[1]);
    const system::unique_fd errors(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const pid_t child = start(command, to.get(), errors.get(), false);
    to.reset();
    std::string output;
    std::array<char, 4096> part{};
    ssize_t size = 0;
    while ((size = ::read(from.get(), part.data(), part.size())) > 0 || (size < 0 && errno == EINTR)) {
        output.append(part.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        const ssize_t told = ::pread(errors.get(), part.data(), part.size(), 0);
        std::string what = "this failed:";
        for (const std::string& word : command) {
            what += ' ' + word;
        }
        throw std::runtime_error(what + "\n" + output +
                                 std::string(part.data(), told > 0 ? static_cast<std::size_t>(told) : 0));
    }
    return output;
}

bool comes_true(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return condition();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
}

std::string free_loopback_port() {
    const system::unique_fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot find a free port");
    }
    return std::to_string(ntohs(address.sin_port));
}

}  // namespace mayhem::test
