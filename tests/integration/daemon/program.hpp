#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "test_folder.hpp"

namespace mayhem::testing {

/// The program under test.
inline constexpr const char* mayhem = MAYHEM_BINARY;

/// Longer than anything here takes on a busy machine.
inline constexpr std::chrono::seconds soon{60};

/// A process that the test starts, with its output in files; killed and reaped with its object at the latest. Its
/// standard error is shown then if the test has failed. The socket and the database that it takes where no other is
/// named are in a folder of its own: no test halts this machine, whatever has become of the daemon under test. One
/// thread.
class program {
public:
    struct options {
        std::vector<std::string> environment;  ///< "NAME=VALUE", added to a bare one
        std::function<void()> in_child;        ///< between fork and exec
    };

    explicit program(std::vector<std::string> command) : program(std::move(command), options{}) {}
    program(std::vector<std::string> command, options o);
    ~program();
    program(const program&) = delete;
    program& operator=(const program&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    void kill(int signal) const;

    [[nodiscard]] std::string out() const { return read_text(folder_ / "out"); }
    [[nodiscard]] std::string log() const { return read_text(folder_ / "log"); }

    /// Whether its standard error has `text` in it soon, behind the first `from` bytes. False at once if it ended
    /// without.
    [[nodiscard]] bool says(std::string_view text, std::size_t from = 0);

    /// Waits for its end: "exit 0", "signal 15"; "hung" (and it is killed) if that does not come within `limit`.
    std::string end(std::chrono::milliseconds limit = soon);

private:
    const std::string name_;
    test_folder folder_;
    pid_t pid_ = 0;
    std::optional<std::string> ended_;
};

/// Runs it to its end: `ended` is as of `program::end`.
struct finished {
    std::string ended;
    std::string out;
    std::string log;
};
finished run(std::vector<std::string> command, program::options o = {});

/// Whether `condition` comes true soon.
[[nodiscard]] bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = soon);

/// How long a daemon that nobody disturbs takes to be running, on this machine at the moment.
[[nodiscard]] std::chrono::microseconds how_long_a_start_takes();

/// Whether the process is over; it may still be a zombie.
[[nodiscard]] bool is_gone(pid_t pid);

/// Empty if the texts stand in `log` one behind the other, otherwise the first that does not.
[[nodiscard]] std::string first_out_of_order(std::string_view log, const std::vector<std::string>& texts);

}  // namespace mayhem::testing
