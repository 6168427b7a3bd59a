// Proves that the docker driver keeps the contract of all drivers with each of the actions that leave something behind,
// on a container of the bed's engine: Podman or dockerd.

#include "drivers/docker/docker_driver.hpp"
#include "integration/containers/container_engine.hpp"
#include "integration/daemon/test_folder.hpp"
#include "integration/drivers/driver_contract.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "support/spans_on_disk.hpp"

namespace mayhem::drivers {

namespace {

template <docker_action Action>
class docker_bed : public driver_bed {
public:
    std::unique_ptr<ports::driver> make_driver() override {
        docker_driver_settings settings;
        settings.socket = container_->engine().socket();
        settings.selector.names = name_patterns({container_->name()});
        settings.action = Action;
        settings.terms.length = std::chrono::milliseconds{200};
        return std::make_unique<docker_driver>(settings, "contract", pool_, [](std::string_view) {});
    }

    async::awaitable<ports::act_result> act(ports::driver& d, const core::target& t,
                                            const ports::go_ahead& may) override {
        return spans_.act(d, t, may);
    }

    void create_target() override { container_.emplace(); }
    void vanish_target() override { container_->engine().remove(container_->name()); }

private:
    const testing::test_folder folder_;
    async::thread_pool pool_{2, "bed"};
    test::spans_on_disk spans_{pool_, folder_.path()};
    std::optional<test_container> container_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(DockerRestart, DriverContractTest, docker_bed<docker_action::restart>);
INSTANTIATE_TYPED_TEST_SUITE_P(DockerCrash, DriverContractTest, docker_bed<docker_action::crash>);
INSTANTIATE_TYPED_TEST_SUITE_P(DockerPause, DriverContractTest, docker_bed<docker_action::pause>);

}  // namespace mayhem::drivers
