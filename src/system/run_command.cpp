#include "system/run_command.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "system/output_reader.hpp"
#include "system/spawned_process.hpp"

namespace mayhem::system {

namespace {

async::awaitable<void> wait_then_stop(spawned_process& process, output_reader& output, output_reader& errors) {
    const async::frame here;
    const exit_status ended = co_await process.wait();
    (void)ended;
    output.stop();
    errors.stop();
}

async::awaitable<void> run_to_end(spawned_process& process, output_reader& output, output_reader& errors) {
    const async::frame here;
    co_await process.started();
    auto [waited, read_output, read_errors] =
        co_await async::gather_settled(wait_then_stop(process, output, errors), output.run(), errors.run());
    waited.rethrow_if_failed();
    read_output.rethrow_if_failed();
    read_errors.rethrow_if_failed();
}

/// On a branch of its own, so that its clean-up does not cover what the caller does afterwards.
async::awaitable<void> attend(spawned_process& process, output_reader& output, output_reader& errors,
                              std::chrono::nanoseconds kill_after) {
    const async::frame here;
    const async::settled<void> ran = co_await async::settle(run_to_end(process, output, errors));
    if (!ran) {
        co_await async::begin_cleanup();
        co_await process.end(kill_after);
        ran.rethrow_if_failed();
    }
}

}  // namespace

async::awaitable<command_result> run_command(command c) {
    const async::frame here;
    async::loop& loop = async::this_loop();
    const async::loop::external_work working(loop);
    spawned_process process(c);
    output_reader output(loop, process.take_output(), c.output_bytes_max);
    output_reader errors(loop, process.take_errors(), c.output_bytes_max);
    const auto in_time = co_await async::with_timeout(attend(process, output, errors, c.kill_after), c.timeout);
    const exit_status unkillable{.by_signal = true, .number = 9};
    co_return command_result{.status = process.status().value_or(unkillable),
                             .timed_out = !in_time.has_value(),
                             .output = output.take(),
                             .errors = errors.take(),
                             .output_cut = output.is_cut(),
                             .errors_cut = errors.is_cut()};
}

}  // namespace mayhem::system
