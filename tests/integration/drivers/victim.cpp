// A process to be ended by the tests. `victim MODE MARKER`: the marker makes its command line unique. Writes "ready"
// once it is set up, then waits for ever.
//
//   wait          does nothing
//   ignore-term   ignores SIGTERM
//   hold-term     keeps SIGTERM pending
//   tree          has a child that ignores SIGTERM; writes "PID " of that child before "ready"
//   master        has a child that ends with it

#include <csignal>
#include <cstdio>
#include <string_view>

#include <sys/prctl.h>
#include <unistd.h>

namespace {

[[noreturn]] void wait_for_ever() {
    while (true) {
        ::pause();
    }
}

void fork_stubborn_child() {
    std::signal(SIGTERM, SIG_IGN);  // before the fork, so that the child has no moment without
    const pid_t child = ::fork();
    if (child == 0) {
        wait_for_ever();
    }
    std::signal(SIGTERM, SIG_DFL);
    std::printf("%d ", static_cast<int>(child));
}

/// Nothing of it is left when the test's process has ended.
void fork_worker() {
    const pid_t master = ::getpid();
    if (::fork() == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != master) {
            _exit(0);
        }
        wait_for_ever();
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "wait";
    if (mode == "ignore-term") {
        std::signal(SIGTERM, SIG_IGN);
    }
    if (mode == "hold-term") {
        sigset_t term;
        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        sigprocmask(SIG_BLOCK, &term, nullptr);
    }
    if (mode == "tree") {
        fork_stubborn_child();
    }
    if (mode == "master") {
        fork_worker();
    }
    std::puts("ready");
    std::fflush(stdout);
    wait_for_ever();
}
