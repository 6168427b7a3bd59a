#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "benchmark/null_driver.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/ports/observer.hpp"
#include "pipeline/service.hpp"
#include "queues/memory/memory_queue.hpp"
#include "support/fake_undo_notes.hpp"

namespace mayhem::benchmark {

/// Counts the steps, passes them on to another observer if there is one, and says when `expected` messages are settled.
class counting_observer final : public ports::observer {
public:
    explicit counting_observer(std::uint64_t expected, ports::observer* next = nullptr) noexcept
        : expected_(expected), next_(next) {}

    void observe(const ports::step& s) noexcept override;
    void warn(std::string_view text) noexcept override;

    [[nodiscard]] std::uint64_t count(ports::step_kind k) const noexcept {
        return counts_[static_cast<std::size_t>(k)];
    }
    [[nodiscard]] std::uint64_t settled() const noexcept {
        return count(ports::step_kind::acked) + count(ports::step_kind::nacked) +
               count(ports::step_kind::dead_lettered);
    }
    async::event all_settled;

private:
    std::uint64_t counts_[static_cast<std::size_t>(ports::step_kind::dead_lettered) + 1] = {};
    const std::uint64_t expected_;
    ports::observer* const next_;
};

/// The real pipeline around a driver that does nothing.
struct flow_under_test {
    struct options {
        std::size_t messages = 200'000;
        std::size_t queue = 1024;
        std::size_t max_in_flight = 1'000'000;
        std::chrono::nanoseconds extend_every = std::chrono::seconds{2};
        std::chrono::nanoseconds lease = std::chrono::seconds{3};
        null_driver::settings driver;
    };

    /// A store is the whole record.
    template <typename Store>
    flow_under_test(async::loop& l, Store& s, const options& o, ports::observer* log = nullptr)
        : flow_under_test(l, s, s, s, o, log) {}
    flow_under_test(async::loop& l, ports::journal& j, ports::limits& limits, ports::plan_memory& p, const options& o,
                    ports::observer* log);

    core::random_source random{1};
    null_driver driver;
    pipeline::group group;
    queues::memory_queue queue;
    counting_observer observer;
    pipeline::halt_switch halt;
    pipeline::acted_incarnations acted;
    pipeline::restart_requests requests;
    test::no_spans spans;
    async::wall_jumps jumps;
    pipeline::service service;
};

/// For a shutdown that has to cut something: says what, and aborts.
void fail_for_late(const std::vector<std::string>& tasks);

/// The resident set of this process, in bytes.
std::size_t resident_bytes();

}  // namespace mayhem::benchmark
