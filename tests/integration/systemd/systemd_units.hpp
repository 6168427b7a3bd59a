// Units of the tests' own, in the bed's systemd and nowhere else.
#pragma once

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "integration/daemon/program.hpp"

namespace mayhem::testing {

/// Throws unless the program runs in tests/support/systemd_bed.sh, and the command succeeds.
inline void in_bed(const std::string& command) {
    if (std::getenv("MAYHEM_SYSTEMD_BED") == nullptr) {
        throw std::runtime_error("run this program by tests/support/systemd_bed.sh: it restarts units");
    }
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error("failed: " + command);
    }
}

/// A running service, gone with its object. Each of its lives writes its InvocationID into a file.
class test_unit {
public:
    /// `options` are lines of [Service], after which other sections may follow.
    explicit test_unit(std::string name, const std::string& options = "Restart=always\nRestartSec=50ms\n",
                       const std::string& limits = "StartLimitIntervalSec=0\n", bool is_started = true)
        : name_(std::move(name)) {
        write(options, limits);
        if (is_started) {
            in_bed("systemctl start " + name_);
        }
    }

    /// Stops it until it stays so: a restart that runs at the same time takes the place of a stop.
    ~test_unit() {
        (void)std::system(("rm -f " + path() + "; for try in 1 2 3 4 5; do systemctl stop " + name_ +
                           "; case $(systemctl is-active " + name_ +
                           ") in inactive | failed | unknown) break ;; esac; done 2> /dev/null; systemctl unmask "
                           "--runtime " +
                           name_ + " 2> /dev/null; systemctl daemon-reload; systemctl reset-failed " + name_ +
                           " 2> /dev/null; rm -f " + lives_path())
                              .c_str());
    }
    test_unit(const test_unit&) = delete;
    test_unit& operator=(const test_unit&) = delete;

    void write(const std::string& options, const std::string& limits = "StartLimitIntervalSec=0\n") const {
        std::ofstream(path()) << "[Unit]\n"
                              << limits << "[Service]\nExecStartPre=/bin/sh -c 'echo $INVOCATION_ID >> " << lives_path()
                              << "'\nExecStart=/bin/sleep 1000\n"
                              << options;
        in_bed("systemctl daemon-reload");
    }

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// The InvocationIDs of its lives, in order.
    [[nodiscard]] std::vector<std::string> lives() const {
        std::vector<std::string> ids;
        std::ifstream file(lives_path());
        for (std::string id; std::getline(file, id);) {
            ids.push_back(id);
        }
        return ids;
    }

    /// Waits for it. A restart that was asked for may still be under way.
    [[nodiscard]] bool becomes_active() const {
        return eventually([this] { return is_active(); });
    }

    [[nodiscard]] bool is_active() const { return std::system(("systemctl is-active --quiet " + name_).c_str()) == 0; }

private:
    [[nodiscard]] std::string path() const { return "/run/systemd/system/" + name_; }
    [[nodiscard]] std::string lives_path() const { return "/run/lives-of-" + name_; }

    const std::string name_;
};

}  // namespace mayhem::testing
