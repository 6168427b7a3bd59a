// mayhem-bench: the pipeline as one program that can be run in turns with the same work in other languages. Prints
// "READY {json}" (in flight) and "RESULT {json}" (always last) on standard output; docs/benchmarks.md explains the
// fields.
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "benchmark/flow_under_test.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "stores/null/null_store.hpp"
#include "telemetry/logging.hpp"
#include "telemetry/step_log.hpp"

namespace {

using namespace mayhem;
using nlohmann::json;
using steady = std::chrono::steady_clock;

struct options {
    std::string mode = "throughput";
    std::string log = "off";
    std::string ids = "uuid";
    double extend_interval_s = 2.0;
    double hold_s = 3600.0;
    double fail_save = 0.0;
    double fail_restart = 0.0;
    std::uint64_t n = 200'000;
    std::uint64_t queue = 1024;
    int pub_yield = 1;
};

double seconds(steady::duration d) { return std::chrono::duration<double>(d).count(); }

double cpu_seconds() {
    rusage usage{};
    (void)getrusage(RUSAGE_SELF, &usage);  // cannot fail with these arguments
    const auto of = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

std::uint64_t peak_kb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::stoull(line.substr(6));
        }
    }
    return 0;
}

/// `save` fails now and then; everything else is the null store's.
class failing_store final : public stores::null_store {
public:
    failing_store(double probability, core::random_source rng) : probability_(probability), random_(rng) {}

    async::awaitable<void> save(const core::message& m, int attempt, const core::reach* foretold) override {
        const async::frame here;
        co_await null_store::save(m, attempt, foretold);
        if (random_.uniform() < probability_) {
            throw std::runtime_error("Could not save " + core::to_string(m));
        }
    }

private:
    const double probability_;
    core::random_source random_;
};

class bench {
public:
    bench(const options& o, async::loop& l, benchmark::flow_under_test& f)
        : options_(o),
          loop_(l),
          flow_(f),
          signals_(l.get_executor(), SIGTERM, SIGINT, SIGHUP),
          main_(l, "bench", [](const async::task_failure& failure) {
              std::cerr << failure.describe() << '\n';
              std::abort();
          }) {}

    json run(steady::time_point process_start) {
        report_["version"] = "mayhem " MAYHEM_VERSION;
        base_bytes_ = benchmark::resident_bytes();
        base_cpu_ = cpu_seconds();
        start_ = steady::now();
        report_["startup_s"] = seconds(start_ - process_start);
        flow_.service.start({});
        if (options_.mode == "throughput") {
            main_.spawn("throughput", throughput());
        } else {
            main_.spawn("in_flight", in_flight());
        }
        loop_.run();
        add_counters(report_);
        report_["hwm_kb"] = peak_kb();
        return report_;
    }

private:
    void add_counters(json& to) const {
        using enum ports::step_kind;
        to["published"] = flow_.observer.count(published);
        to["consumed"] = flow_.observer.count(pulled);
        to["saved"] = flow_.observer.count(saved);
        to["restarted"] = flow_.observer.count(restarted);
        to["extended"] = flow_.observer.count(extended);
        to["acked"] = flow_.observer.count(acked);
        to["nacked"] = flow_.observer.count(nacked) + nacked_at_end_;
    }

    async::awaitable<void> throughput() {
        const async::frame here;
        co_await flow_.observer.all_settled.wait();
        const double elapsed_s = seconds(steady::now() - start_);
        report_["elapsed_s"] = elapsed_s;
        report_["msgs_per_s"] = static_cast<double>(options_.n) / elapsed_s;
        report_["cpu_s"] = cpu_seconds() - base_cpu_;
        report_["rss_kb"] = benchmark::resident_bytes() / 1024;
        const std::uint64_t nacked = flow_.observer.count(ports::step_kind::nacked);
        co_await stop();
        nacked_at_end_ -= nacked;  // they back off still, so they are given back once more
    }

    async::awaitable<void> in_flight() {
        const async::frame here;
        while (flow_.observer.count(ports::step_kind::saved) < options_.n || flow_.driver.begun() < options_.n) {
            co_await async::yield();
        }
        const std::size_t bytes = benchmark::resident_bytes();
        json ready{{"ready_s", seconds(steady::now() - start_)},
                   {"cpu_s", cpu_seconds() - base_cpu_},
                   {"rss_kb", bytes / 1024},
                   {"base_rss_kb", base_bytes_ / 1024},
                   {"bytes_per_msg", static_cast<double>(bytes - base_bytes_) / static_cast<double>(options_.n)},
                   {"tasks", loop_.live_tasks()}};
        add_counters(ready);
        std::cout << "READY " << ready.dump() << std::endl;
        main_.spawn("lag", measure_lag());
        const int signal = co_await signals_.async_wait(async::use_awaitable);
        const steady::time_point received = steady::now();
        report_["signal"] = signal;
        co_await stop();
        report_["stop_s"] = seconds(steady::now() - received);
        report_["lag_max_s"] = lag_max_s_;
        report_["lag_mean_s"] = lag_count_ == 0 ? 0.0 : lag_sum_s_ / static_cast<double>(lag_count_);
        is_over_.set();
    }

    async::awaitable<void> measure_lag() {
        const async::frame here;
        constexpr std::chrono::milliseconds period{250};
        while (!is_over_.is_set()) {
            const steady::time_point due = steady::now() + period;
            (void)co_await async::with_timeout(is_over_.wait(), period);
            const double lag = std::fmax(0.0, seconds(steady::now() - due));
            lag_max_s_ = std::fmax(lag_max_s_, lag);
            lag_sum_s_ += lag;
            ++lag_count_;
        }
    }

    async::awaitable<void> stop() {
        const async::frame here;
        report_["cancelled"] = flow_.service.outstanding_tasks();
        flow_.service.cancel();
        co_await flow_.service.join(std::chrono::seconds{10}, &mayhem::benchmark::fail_for_late);
        nacked_at_end_ = co_await flow_.service.nack_unsettled();
    }

    const options& options_;
    async::loop& loop_;
    benchmark::flow_under_test& flow_;
    asio::basic_signal_set<async::executor> signals_;
    json report_;
    steady::time_point start_;
    std::size_t base_bytes_ = 0;
    double base_cpu_ = 0;
    std::uint64_t nacked_at_end_ = 0;
    double lag_max_s_ = 0;
    double lag_sum_s_ = 0;
    std::uint64_t lag_count_ = 0;
    async::event is_over_;
    async::task_group main_;
};

}  // namespace

int main(int argc, char** argv) {
    const steady::time_point process_start = steady::now();
    options o;
    CLI::App app{"The pipeline of Mayhem Mandrill as a benchmark"};
    app.add_option("--mode", o.mode)->check(CLI::IsMember({"throughput", "inflight"}));
    app.add_option("--n", o.n, "messages");
    app.add_option("--queue", o.queue, "queue bound");
    app.add_option("--log", o.log, "off, or null: five lines a message, formatted and written to /dev/null")
        ->check(CLI::IsMember({"off", "null"}));
    app.add_option("--ids", o.ids)->check(CLI::IsMember({"uuid", "seq"}));
    app.add_option("--pub-yield", o.pub_yield, "the publisher always yields after each message");
    app.add_option("--extend-interval", o.extend_interval_s, "seconds");
    app.add_option("--hold", o.hold_s, "inflight: how long restart takes");
    app.add_option("--fail-save", o.fail_save);
    app.add_option("--fail-restart", o.fail_restart);
    CLI11_PARSE(app, argc, argv);

    async::real_clock clock;
    async::loop loop(clock);
    stores::null_store null_store;
    failing_store unreliable(o.fail_save, core::random_source{2});
    stores::null_store& store = o.fail_save > 0 ? unreliable : null_store;

    std::unique_ptr<telemetry::logging> logging;
    telemetry::metrics metrics;
    std::unique_ptr<telemetry::step_log> step_log;
    if (o.log == "null") {
        const int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
        logging = std::make_unique<telemetry::logging>(
            telemetry::logging_options{.format = telemetry::log_format::text, .fd = null_fd});
        step_log = std::make_unique<telemetry::step_log>(logging->get(), metrics);
    }

    const auto duration = [](double s) { return std::chrono::nanoseconds{static_cast<std::int64_t>(s * 1e9)}; };
    benchmark::flow_under_test::options flow_options;
    flow_options.messages = o.n;
    flow_options.queue = o.queue;
    flow_options.extend_every = duration(o.extend_interval_s);
    flow_options.lease = duration(o.extend_interval_s * 1.5);
    flow_options.driver = {.hold = duration(o.mode == "inflight" ? o.hold_s : 0.0),
                           .failure_probability = o.fail_restart,
                           .random_names = o.ids == "uuid"};
    benchmark::flow_under_test flow(loop, store, flow_options, step_log.get());
    bench b(o, loop, flow);
    const json result = b.run(process_start);
    std::cout << "RESULT " << result.dump() << std::endl;
    return 0;
}
