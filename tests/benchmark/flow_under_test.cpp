#include "benchmark/flow_under_test.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <unistd.h>

namespace mayhem::benchmark {

namespace {

void fail(const async::task_failure& f) {
    (void)std::fprintf(stderr, "%s\n", f.describe().c_str());
    std::abort();
}

pipeline::group_settings group_settings(const flow_under_test::options& o) {
    pipeline::group_settings s;
    s.name = "cattle";
    s.mean_time_between = std::chrono::nanoseconds{0};
    s.expires_after = std::chrono::hours{24};
    s.count_max = o.messages;
    return s;
}

pipeline::handling_settings handling_settings(const flow_under_test::options& o) {
    pipeline::handling_settings s;
    s.dry_run = false;
    s.max_in_flight = o.max_in_flight;
    s.lease = o.lease;
    s.extend_every = o.extend_every;
    s.backoff = s.backoff_max = std::chrono::hours{1};  // a nacked message counts as settled here
    return s;
}

}  // namespace

void counting_observer::observe(const ports::step& s) noexcept {
    ++counts_[static_cast<std::size_t>(s.kind)];
    if (next_ != nullptr) {
        next_->observe(s);
    }
    if (settled() == expected_ && !all_settled.is_set()) {
        all_settled.set();
    }
}

void counting_observer::warn(std::string_view text) noexcept {
    (void)std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

flow_under_test::flow_under_test(async::loop& l, ports::journal& j, ports::limits& limits, ports::plan_memory& p,
                                 const options& o, ports::observer* log)
    : driver(o.driver, random.stream("driver")),
      group{group_settings(o), driver, random.stream("group")},
      queue(l, {.capacity = o.queue, .lease = o.lease}),
      observer(o.messages, log),
      service(l, {&group}, {queue, j, limits, p, observer, halt, acted, requests, spans.keeper, jumps},
              handling_settings(o), random, &fail) {}

void fail_for_late(const std::vector<std::string>& tasks) {
    (void)std::fprintf(stderr, "the shutdown had to cut %s\n", tasks.front().c_str());
    std::abort();
}

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace mayhem::benchmark
