// Proves that the supervised driver keeps the contract of all drivers, on a command that its supervisor keeps alive: a
// script that ends when its own file goes, after which it cannot be started any more.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "drivers/supervised/supervised_driver.hpp"
#include "drivers/supervised/supervisor.hpp"
#include "integration/drivers/driver_contract.hpp"
#include "integration/drivers/test_process.hpp"

namespace mayhem::drivers {

namespace {

class supervised_bed : public driver_bed {
public:
    ~supervised_bed() override { std::filesystem::remove(script_); }

    std::unique_ptr<ports::driver> make_driver() override {
        return std::make_unique<supervised_driver>(supervised_driver_settings{}, supervisor_);
    }

    void create_target() override {
        std::ofstream(script_) << "#!/bin/sh\nwhile [ -e \"$0\" ]; do sleep 0.01; done\n";
        std::filesystem::permissions(script_, std::filesystem::perms::owner_all);
    }

    void begin(async::loop& l) override {
        supervised_.reset(new async::task_group(l, "supervised", fail_test));
        supervised_->spawn("supervisor", supervisor_.run());
    }

    void end(async::loop& l) override {
        supervised_->cancel();
        l.run();
        supervised_.reset();
    }

    void vanish_target() override {
        std::filesystem::remove(script_);
        const auto deadline = std::chrono::steady_clock::now() + contract_patience;
        while (!cannot_be_started_) {
            if (std::chrono::steady_clock::now() > deadline) {
                throw std::runtime_error("the command lives on without its file");
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
    }

private:
    void note(const supervisor_event& e) {
        if (e.what == supervisor_event::kind::start_failed) {
            cannot_be_started_ = true;
        }
    }

    const std::filesystem::path script_ = std::filesystem::temp_directory_path() / unique_marker();
    const process_table table_;
    std::atomic<bool> cannot_be_started_ = false;
    supervisor supervisor_{{.command = {script_.string()}}, table_, [this](const supervisor_event& e) { note(e); }};
    std::unique_ptr<async::task_group> supervised_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Supervised, DriverContractTest, supervised_bed);

}  // namespace mayhem::drivers
