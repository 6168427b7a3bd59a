// hold_thread TID: stops one thread of a process, and lets the others run: so hangs a loop. Says "held", then holds it
// until the process is killed. As root, on a daemon that the test started.

#include <cstdio>
#include <cstdlib>

#include <sys/ptrace.h>
#include <sys/wait.h>

int main(int argc, char** argv) {
    const pid_t thread = argc == 2 ? static_cast<pid_t>(std::atoi(argv[1])) : 0;
    int status = 0;
    if (thread <= 0 || ::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0 ||
        ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) != 0 || ::waitpid(thread, &status, __WALL) != thread) {
        std::perror("hold_thread");
        return 1;
    }
    std::puts("held");
    std::fflush(stdout);
    while (::waitpid(thread, &status, __WALL) == thread && !WIFEXITED(status) && !WIFSIGNALED(status)) {
    }
    return 0;
}
