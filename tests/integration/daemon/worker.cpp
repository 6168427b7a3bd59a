// What the daemon under test may restart.
//
//   daemon_worker keep COUNT MARKER LOG   runs COUNT workers and starts each again at once when it ends
//   daemon_worker work-MARKER-N LOG       one of them: it appends a line to LOG when it is there, and for each SIGTERM;
//                                         30 ms after the first it exits, so that a second one to the same life shows
//
// A line: "began" or "term", the time in microseconds since 1970, PID:START_TICKS, the command line; a tab in between.
// All of them die with whoever started them.

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <string>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

int log_file = -1;
std::string who;
volatile std::sig_atomic_t signals = 0;

// One write, and nothing that a signal handler may not call.
void note(const char* what) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    char time[24];
    char* digits = time + sizeof time;
    *--digits = '\t';
    for (std::int64_t us = now.tv_sec * 1'000'000 + now.tv_nsec / 1'000; us > 0; us /= 10) {
        *--digits = static_cast<char>('0' + us % 10);
    }
    *--digits = '\t';
    iovec parts[] = {{const_cast<char*>(what), std::strlen(what)},
                     {digits, static_cast<std::size_t>(time + sizeof time - digits)},
                     {who.data(), who.size()}};
    (void)!::writev(log_file, parts, 3);
}

void note_signal(int) {
    const int saved_errno = errno;
    note("term");
    signals = signals + 1;
    errno = saved_errno;
}

sigset_t only_term() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    return set;
}

std::string start_ticks() {
    char text[1024] = {};
    const int file = ::open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    (void)!::read(file, text, sizeof text - 1);
    ::close(file);
    const char* field = std::strrchr(text, ')') + 1;  // the fields behind the name: state is the third
    for (int number = 3; number < 22; ++number) {
        field = std::strchr(field + 1, ' ');
    }
    return std::to_string(std::strtoull(field, nullptr, 10));
}

void linger() {
    timespec left{.tv_sec = 0, .tv_nsec = 30'000'000};
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

int work(char** argv) {
    log_file = ::open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    who = std::to_string(::getpid()) + ':' + start_ticks() + '\t' + argv[0] + ' ' + argv[1] + ' ' + argv[2] + '\n';
    struct sigaction action{};
    action.sa_handler = note_signal;
    ::sigaction(SIGTERM, &action, nullptr);
    note("began");
    sigset_t waiting;
    sigprocmask(SIG_BLOCK, nullptr, &waiting);
    sigdelset(&waiting, SIGTERM);
    while (signals == 0) {
        ::sigsuspend(&waiting);
    }
    const sigset_t term = only_term();
    ::sigprocmask(SIG_UNBLOCK, &term, nullptr);
    linger();
    return 0;
}

pid_t start_worker(const std::string& name, char* program, char* log) {
    const pid_t keeper = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() == keeper) {
            std::string argument = name;
            char* const arguments[] = {program, argument.data(), log, nullptr};
            ::execv("/proc/self/exe", arguments);
        }
        ::_exit(127);
    }
    return child;
}

int keep(int count, const std::string& marker, char* program, char* log) {
    const sigset_t term = only_term();
    ::sigprocmask(SIG_BLOCK, &term, nullptr);  // a worker has no moment without its handler
    std::map<pid_t, std::string> workers;
    for (int number = 1; number <= count; ++number) {
        const std::string name = "work-" + marker + '-' + std::to_string(number);
        workers[start_worker(name, program, log)] = name;
    }
    for (;;) {
        const pid_t ended = ::waitpid(-1, nullptr, 0);
        if (const auto found = workers.find(ended); found != workers.end()) {
            const std::string name = found->second;
            workers.erase(found);
            workers[start_worker(name, program, log)] = name;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 5 && std::strcmp(argv[1], "keep") == 0) {
        return keep(std::atoi(argv[2]), argv[3], argv[0], argv[4]);
    }
    return argc == 3 ? work(argv) : 64;
}
