#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "real_server.hpp"

namespace mayhem::testing {

/// What a request to a port of the loopback comes to: "answer", "refused", or "nothing" within a while.
[[nodiscard]] std::string ask(std::uint16_t port, std::chrono::milliseconds limit = std::chrono::milliseconds{700});

/// Serves one page with busybox, on the loopback.
class page_server {
public:
    page_server();

    [[nodiscard]] bool is_up() const { return server_.is_up(); }
    [[nodiscard]] const std::string& address() const { return server_.address(); }
    [[nodiscard]] const program& get() const { return server_.get(); }
    [[nodiscard]] std::uint16_t port() const;

private:
    test_folder folder_;
    real_server server_;
};

/// A daemon that does something to the packets of one of two servers, and that its holder holds up. All of it is in a
/// network of its own, so that nothing is written into the packet filter of the host. Needs root.
class NetworkFaultTest : public ::testing::Test {
protected:
    /// Whoever was hit is reachable again within this, as promised.
    static constexpr std::chrono::seconds is_back_within{2};

    static void SetUpTestSuite();
    void SetUp() override;

    /// A daemon that does so to the server soon, and takes some milliseconds to look whether it is back. `keys`: of its
    /// action, with whom it means.
    [[nodiscard]] std::vector<std::string> start(const std::string& length, const std::string& keys) const;

    /// The keys by which the server is meant, and nobody else on this loopback.
    [[nodiscard]] std::string of_its_port() const;

    [[nodiscard]] finished command(std::vector<std::string> words) const;
    [[nodiscard]] nlohmann::json attempts() const;
    [[nodiscard]] nlohmann::json first_span() const;
    [[nodiscard]] bool is_back(std::chrono::milliseconds limit = is_back_within,
                               std::chrono::milliseconds answers_within = std::chrono::milliseconds{100}) const;

    /// The process that holds it up; 0: nobody does.
    [[nodiscard]] static pid_t holder_of(const program& daemon);

    /// Kills the daemon, the holder, or both, at any moment, 50 times, and looks each time whether the server is back
    /// without a next start. `begun`: what the log says once it stands. MAYHEM_TEST_SEED repeats the moments.
    void dies_at_any_moment(const std::vector<std::string>& daemon_command, const std::string& begun,
                            std::chrono::milliseconds answers_within);

    const test_folder folder_;
    const std::string store_ = folder_ / "mayhem.db";
    const std::string socket_ = folder_ / "control.sock";
    const page_server server_;
    const page_server other_;
};

}  // namespace mayhem::testing
