// Proves that the process driver keeps the contract of all drivers, on a process that this test starts and, in place of
// a service manager, starts again.
#include "drivers/process/process_driver.hpp"
#include "integration/drivers/driver_contract.hpp"
#include "integration/drivers/test_process.hpp"
#include "mayhem/async/thread_pool.hpp"

namespace mayhem::drivers {

namespace {

class process_bed : public driver_bed {
public:
    std::unique_ptr<ports::driver> make_driver() override {
        return std::make_unique<process_driver>(
            process_driver_settings{.selector = process_selector({.command_line = marker_}),
                                    .signal = SIGKILL,
                                    .allow_terminal = true},  // of whoever runs the tests
            pool_);
    }

    void create_target() override {
        process_ = std::make_unique<test_process>(std::vector<std::string>{MAYHEM_VICTIM, "wait", marker_});
    }

    void bring_back() override {
        if (process_->has_ended()) {
            create_target();
        }
    }

    void vanish_target() override { process_.reset(); }

private:
    const std::string marker_ = unique_marker();
    async::thread_pool pool_{1, "bed"};
    std::unique_ptr<test_process> process_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Process, DriverContractTest, process_bed);

}  // namespace mayhem::drivers
