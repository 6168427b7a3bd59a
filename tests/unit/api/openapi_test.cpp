// Proves that docs/openapi.json describes every route that there is, with its method and summary, and no other.
#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/control_routes.hpp"
#include "halts/file_sight.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "telemetry/logging.hpp"

namespace mayhem::app {
namespace {

class no_daemon final : public controlled {
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
    bool drain(const std::string& /*who*/) override { return false; }

private:
    telemetry::metrics counts_;
};

TEST(OpenapiTest, DescribesTheRoutes) {
    async::virtual_clock clock;
    async::loop loop(clock);
    async::thread_pool pool(1, "test");
    telemetry::logging logging({});
    file_sight sight(loop);
    halt_desk halt(loop, logging.get(), sight);
    no_daemon daemon;
    control::event_stream events;
    control_routes routes({.loop = loop,
                           .pool = pool,
                           .daemon = daemon,
                           .halt = halt,
                           .log = logging.get(),
                           .events = events,
                           .metrics = {}});
    control::router router(control::access_policy{});
    routes.add_to(router);
    std::map<std::string, std::string> served;
    for (const control::route& r : router.routes()) {
        served[r.method + " " + r.path] = r.summary;
    }

    const nlohmann::json document = nlohmann::json::parse(std::ifstream(MAYHEM_DOCS "/openapi.json"));
    std::map<std::string, std::string> described;
    for (const auto& [path, operations] : document["paths"].items()) {
        for (const auto& [method, operation] : operations.items()) {
            described[(method == "get" ? "GET " : "POST ") + path] = operation["summary"];
        }
    }

    EXPECT_EQ(described, served);
}

}  // namespace
}  // namespace mayhem::app
