#include "host/host.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "actions/holder_source.hpp"
#include "api/control_service.hpp"
#include "assembly/driver_factories.hpp"
#include "assembly/make_queue.hpp"
#include "config/config_file.hpp"
#include "daemon/exit_status.hpp"
#include "drivers/driver_kinds.hpp"
#include "host/fleet_link.hpp"
#include "host/request_queues.hpp"
#include "host/sqlite_record.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/random.hpp"
#include "system/clock_watch.hpp"
#include "system/folder_of.hpp"
#include "system/signal_name.hpp"

namespace mayhem::app {

namespace {

constexpr std::array handled_signals{SIGTERM, SIGINT, SIGHUP, SIGUSR1};

void mask_signals(int how) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : handled_signals) {
        sigaddset(&set, number);
    }
    (void)pthread_sigmask(how, &set, nullptr);  // fails only for a wrong `how`
}

/// Of a command that it has started itself, Mayhem holds still what it may: no service is asked to do more.
actions::holder_source holders_for(const daemon_options& o) {
    return o.command ? actions::holder_source{.socket = {}} : actions::holder_source{};
}

/// The control socket.
class control_front final : public front {
public:
    control_front(control_service::surroundings s, std::optional<std::filesystem::path> socket)
        : service_(std::move(s)), socket_(std::move(socket)) {}

    async::awaitable<void> start(control_config c) override { return service_.start(socket_, std::move(c)); }
    async::awaitable<void> stop() override { return service_.stop(); }
    [[nodiscard]] ports::observer& observer() noexcept override { return service_.observer(); }

private:
    control_service service_;
    const std::optional<std::filesystem::path> socket_;
};

}  // namespace

host::host(async::loop& loop, telemetry::logging& logging, daemon_options options)
    : loop_(loop),
      logging_(logging),
      options_(std::move(options)),
      signals_(loop.get_executor()),
      sight_(loop),
      undo_notes_(pool_, options_.store.parent_path()),
      actions_(drivers::make_actions(holders_for(options_))),
      life_(make_world(), options_),
      attending_(loop, "daemon", [this](const async::task_failure& f) { life_.fail(f); }) {
    for (const int number : handled_signals) {
        signals_.add(number);
    }
    mask_signals(SIG_UNBLOCK);  // `hold_signals`, or whoever started us, may have blocked them
}

host::~host() { hold_signals(); }

void host::hold_signals() { mask_signals(SIG_BLOCK); }

std::vector<std::string> host::own_files() const {
    std::vector<std::string> all{system::folder_of(std::filesystem::absolute(options_.store)).string()};
    if (options_.config_file) {
        all.push_back(std::filesystem::absolute(*options_.config_file).string());
    }
    return all;
}

world host::make_world() {
    return {.loop = loop_,
            .jumps = jumps_,
            .logging = logging_,
            .threads = pool_,
            .sight = sight_,
            .undo_notes = undo_notes_,
            .actions = actions_,
            .kept_by = *this,
            .draw_seed = &core::random_source::system_seed,
            .open_record = [this](std::uint64_t seed) { return open_record(seed); },
            .read_config = [this] { return read_config(); },
            .make_queue = [this](const config& c) { return make_queue(loop_, c); },
            .open_drivers =
                [this](const drivers::driver_surroundings& s) {
                    drivers::driver_surroundings mine = s;
                    mine.own_files = own_files();
                    return std::make_unique<driver_factories>(mine);
                },
            .open_front = [this](world::front_parts p) -> std::unique_ptr<front> {
                return std::make_unique<control_front>(
                    control_service::surroundings{.loop = loop_,
                                                  .pool = pool_,
                                                  .daemon = p.of,
                                                  .halt = p.halt,
                                                  .log = logging_.get(),
                                                  .metrics = std::move(p.metrics),
                                                  .on_failure = std::move(p.on_failure)},
                    options_.socket);
            },
            .open_fleet = [this](const fleet_config& c,
                                 core::uuid life) { return app::open_fleet(loop_, logging_.get(), c, life); },
            .open_requests = [this](const request_queue_config& c) { return app::open_requests(loop_, c); }};
}

async::awaitable<std::unique_ptr<durable_record>> host::open_record(std::uint64_t seed) {
    return sqlite_record::open(loop_, pool_, logging_.get(), options_.store, seed);
}

async::awaitable<config_result> host::read_config() {
    return async::run_blocking(pool_, [file = *options_.config_file] { return read_config_file(file); });
}

int host::run() {
    attending_.spawn("signals", listen_to_signals());
    attending_.spawn("clock", watch_clock());
    life_.start();
    if (const auto period = manager_.watchdog_period()) {
        attending_.spawn("watchdog", feed_watchdog(*period));
    }
    loop_.run();
    return life_.status();
}

async::awaitable<void> host::listen_to_signals() {
    const async::frame here;
    for (;;) {
        const int number = co_await signals_.async_wait(async::use_awaitable);
        handle_signal(number);
    }
}

void host::handle_signal(int number) {
    switch (number) {
        case SIGUSR1: life_.dump_tasks(); break;
        case SIGHUP: life_.hang_up(system::signal_name(number)); break;
        default: life_.stop(system::signal_name(number), static_cast<int>(exit_status::signalled) + number); break;
    }
}

async::awaitable<void> host::watch_clock() {
    const async::frame here;
    system::clock_watch clock(loop_);
    std::error_code trouble = co_await clock.wait();
    while (!trouble) {
        jumps_.note();
        trouble = co_await clock.wait();
    }
    jumps_.go_unnoticed();
    logging_.get().warning(
        "The system does not tell when its clock is set (timerfd: {}): every group looks at it each half tolerance, "
        "within 1 s to 1 min, instead. Where a sandbox refuses timerfd_create(2) or TFD_TIMER_CANCEL_ON_SET, allow "
        "them",
        trouble.message());
}

async::awaitable<void> host::feed_watchdog(std::chrono::microseconds period) {
    const async::frame here;
    for (;;) {
        manager_.alive();
        co_await async::sleep_for(period);
    }
}

void host::give_up(int status) { std::_Exit(status); }

}  // namespace mayhem::app
