// Proves that whoever asks for a halt over the control socket is answered within a second, though the directory service
// that knows his name is away and every thread of the pool hangs. The time is virtual, the threads are real.
#include <deque>
#include <future>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/control_routes.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "support/virtual_loop.hpp"
#include "telemetry/logging.hpp"
#include "unit/halts/fake_sight.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;

class quick_memory final : public ports::halt_memory {
public:
    async::awaitable<std::optional<ports::halt_record>> read_halt() override {
        const async::frame here;
        co_return kept;
    }
    async::awaitable<void> write_halt(ports::halt_record r) override {
        const async::frame here;
        kept = r;
        co_return;
    }
    async::awaitable<std::optional<ports::halt_record>> forget_halt(
        std::vector<ports::halt_record> /*known*/) override {
        const async::frame here;
        kept.reset();
        co_return std::nullopt;
    }
    std::optional<ports::halt_record> kept;
};

class idle_daemon final : public controlled {
public:
    daemon_facts facts() const override { return {}; }
    std::shared_ptr<flow> current_flow() const override { return nullptr; }
    ports::limits& limits() override { throw std::logic_error("nobody asks"); }
    ports::halt_memory& halt_memory() override { throw std::logic_error("nobody asks"); }
    telemetry::histogram commit_times() const override { return {}; }
    const telemetry::metrics& counts() const override { return counts_; }
    const config& current_config() const override { throw std::logic_error("nobody asks"); }
    const pipeline::acted_incarnations& acted() const override { throw std::logic_error("nobody asks"); }
    const pipeline::span_keeper& spans() const override { throw std::logic_error("nobody asks"); }
    pipeline::restart_requests& requests() override { throw std::logic_error("nobody asks"); }
    bool drain(const std::string& who) override {
        drained_by = who;
        return true;
    }
    std::string drained_by;

private:
    telemetry::metrics counts_;
};

/// Names that nobody can tell until the end of the test.
class HaltRouteTest : public ::testing::Test {
protected:
    HaltRouteTest() {
        routes_.add_to(router_);
        time_.spawn("record", desk_.keep_record(memory_));
        for (std::size_t i = 0; i < pool_.size(); ++i) {
            pool_.post([is_over = is_over_] { is_over.wait(); });
        }
    }
    ~HaltRouteTest() override {
        over_.set_value();
        time_.group.cancel();
        time_.run();
    }
    static async::awaitable<void> await_answer(control::router& r, control::request asked, control::response& to) {
        const async::frame here;
        to = co_await r.answer(std::move(asked));
    }
    control::response post(const std::string& path) {
        control::request asked;
        asked.method = "POST";
        asked.path = path;
        asked.content_type = "application/json";
        asked.from.is_local_user = true;
        asked.from.uid = ::geteuid();
        asked.from.pid = 7;
        control::response& answer = answers_.emplace_back();
        answer.status = 0;
        time_.spawn("ask", await_answer(router_, std::move(asked), answer));
        time_.run_for(1s);
        return answer;
    }

    std::promise<void> over_;
    std::shared_future<void> is_over_ = over_.get_future().share();
    quick_memory memory_;
    test::fake_sight sight_;
    idle_daemon daemon_;
    control::event_stream events_;
    std::deque<control::response> answers_;
    telemetry::logging logging_{{.lowest = telemetry::level::critical}};
    async::thread_pool pool_{2, "test"};
    control::router router_{control::access_policy{.daemon_user = ::geteuid(), .group = {}, .token = {}}};
    test::virtual_loop time_;
    halt_desk desk_{time_.loop, logging_.get(), sight_};
    control_routes routes_{{.loop = time_.loop,
                            .pool = pool_,
                            .daemon = daemon_,
                            .halt = desk_,
                            .log = logging_.get(),
                            .events = events_,
                            .metrics = {},
                            .describe = [is_over = is_over_](const control::peer& p) {
                                is_over.wait();
                                return control::describe_without_name(p);
                            }}};
};

TEST_F(HaltRouteTest, AHaltIsAnsweredByNumberWhereNobodyTellsTheName) {
    for (int i = 0; i < 6; ++i) {  // more than may hang
        const control::response answer = post("/v1/halt");

        EXPECT_EQ(answer.status, 200) << answer.body;
        const auto told = nlohmann::json::parse(answer.body);
        EXPECT_EQ(told["is_halted"], true);
        EXPECT_EQ(told["reasons"][0]["who"], "uid " + std::to_string(::geteuid()) + " (pid 7)");
    }
}

TEST_F(HaltRouteTest, SoAreAResumeAndADrain) {
    (void)post("/v1/halt");

    EXPECT_EQ(post("/v1/resume").status, 200);
    EXPECT_EQ(post("/v1/drain").status, 202);

    EXPECT_EQ(memory_.kept, std::nullopt);
    EXPECT_EQ(daemon_.drained_by, "uid " + std::to_string(::geteuid()) + " (pid 7)");
}

}  // namespace
}  // namespace mayhem::app
