// Proves that a probe for which no descriptor is left does not pass, and throws nothing: with so few free ones that
// each of its steps fails in turn.
#include "support/few_descriptors.hpp"

#include <functional>
#include <memory>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "probes/command_probe.hpp"
#include "probes/http_probe.hpp"
#include "probes/tcp_probe.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::probes {
namespace {

using namespace std::chrono_literals;

class ProbeWithFewDescriptorsTest : public testing::TestWithParam<rlim_t> {
protected:
    void expect_an_answer(ports::probe& p) {
        const test::few_descriptors limit(GetParam());
        ports::probe_result answer;
        EXPECT_NO_THROW(answer = drivers::run_task(loop_, p.ask({.id = "a", .incarnation = "1", .name = "a"})));
        EXPECT_NE(answer.detail, "");
    }

    async::real_clock clock_;
    async::loop loop_{clock_};
    async::thread_pool pool_{1, "test"};
};

TEST_P(ProbeWithFewDescriptorsTest, ACommandAnswers) {
    command_probe p({.arguments = {"/bin/true"}}, 5s);
    expect_an_answer(p);
}

TEST_P(ProbeWithFewDescriptorsTest, AnHttpProbeAnswers) {
    http_probe p({.url = "http://127.0.0.1:1/"}, 5s);
    expect_an_answer(p);
}

TEST_P(ProbeWithFewDescriptorsTest, ATcpProbeAnswers) {
    tcp_probe p({.host = "127.0.0.1", .port = "1"}, 5s, pool_);
    expect_an_answer(p);
}

INSTANTIATE_TEST_SUITE_P(FromNoneToEnough, ProbeWithFewDescriptorsTest, testing::Range<rlim_t>(0, 16));

}  // namespace
}  // namespace mayhem::probes
