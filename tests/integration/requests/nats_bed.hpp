#pragma once

#include <optional>
#include <string>

#include "integration/daemon/test_folder.hpp"
#include "support/server_process.hpp"

namespace mayhem::testing {

/// A nats-server of the test's own with JetStream, on a port of the loopback, whose streams survive its death.
class nats_bed {
public:
    /// Returns when it answers.
    nats_bed();

    [[nodiscard]] const std::string& port() const noexcept { return port_; }
    [[nodiscard]] std::string url() const { return "nats://127.0.0.1:" + port_; }

    /// SIGKILL, and again on the same port.
    void kill_and_start();
    void freeze() const;
    void thaw() const;

private:
    void start();
    [[nodiscard]] bool answers() const;

    test_folder folder_;
    std::string port_;
    std::optional<test::server_process> server_;
};

}  // namespace mayhem::testing
