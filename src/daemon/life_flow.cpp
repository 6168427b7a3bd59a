// What a daemon runs: the flow is made from a config, started with what a former one left, and replaced by a reload.
#include <array>
#include <chrono>
#include <utility>

#include <fmt/chrono.h>

#include "api/dry_run_text.hpp"
#include "config/armed_groups.hpp"
#include "config/fixed_settings.hpp"
#include "daemon/life.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "telemetry/journal_event.hpp"

namespace mayhem::app {

namespace {

constexpr std::chrono::seconds store_retry{2};

/// A reload that takes longer tells what it waits for: then, and every so often.
constexpr std::chrono::seconds told_after{2};
constexpr std::chrono::minutes told_every{1};

/// Of what is in hand, for the log and the status.
std::string describe(const flow::work_in_hand& work, std::chrono::system_clock::time_point since) {
    constexpr std::size_t named_max = 5;
    if (work.messages == 0) {
        return "what is being published";
    }
    const auto until = std::chrono::system_clock::to_time_t(
        since + std::chrono::duration_cast<std::chrono::system_clock::duration>(work.recovery_max));
    return fmt::format(
        "{} {} in hand ({} {}); the recovery of what has been acted on is given up by {:%Y-%m-%d %H:%M:%S}",
        work.messages, work.messages == 1 ? "message" : "messages", work.groups.size() == 1 ? "group" : "groups",
        core::first_few(work.groups, named_max), fmt::localtime(until));
}

}  // namespace

std::unique_ptr<flow> life::make_flow(const config& c) {
    return std::make_unique<flow>(c, options_.command,
                                  flow::surroundings{.loop = loop_,
                                                     .pool = world_.threads,
                                                     .journal = fleet_ ? fleet_->journal() : record_->journal(),
                                                     .limits = fleet_ ? fleet_->limits() : record_->limits(),
                                                     .plans = record_->plans(),
                                                     .observer = observer_,
                                                     .log = log_,
                                                     .halt = halt_.get(),
                                                     .acted = acted_,
                                                     .requests = requests_,
                                                     .spans = spans_,
                                                     .jumps = world_.jumps,
                                                     .random = core::random_source(c.seed.value_or(seed_)),
                                                     .life = life_,
                                                     .on_failure = [this](const async::task_failure& f) { fail(f); },
                                                     .stream_name = next_stream(),
                                                     .make_queue = world_.make_queue,
                                                     .open_drivers = world_.open_drivers,
                                                     .shared_with = fleet_ ? &fleet_->member() : nullptr});
}

/// Another one for each flow of each life, also of hosts that plan with the same seed: what is drawn from it must not
/// be drawn elsewhere, as the ids of messages that operators ask for.
std::string life::next_stream() {
    const std::string own = std::to_string(life_) + "." + std::to_string(++flows_);
    return fleet_ ? own + "." + fleet_->member().host() : own;
}

async::awaitable<void> life::start_flow(std::unique_ptr<flow>& next) {
    const async::frame here;
    if (fleet_) {
        fleet_->follow(options_.config);
    }
    std::vector<ports::unfinished_message> unfinished = co_await record_->journal().unfinished();
    const std::vector<ports::acted_target> acted_on = co_await record_->journal().acted_on();
    const std::vector<ports::group_memory> memories = co_await record_->plans().recall(next->group_names());
    next->restore(memories);
    if (phase_ == phase::stopping) {
        co_return;
    }
    if (!unfinished.empty()) {
        log_.info("Found {} unfinished {} of a former life", unfinished.size(),
                  unfinished.size() == 1 ? "message" : "messages");
    }
    flow_ = std::move(next);
    flow_->doubt(acted_on);
    flow_->start(std::move(unfinished));
    phase_ = phase::running;
    is_reloading_ = false;
    const std::string mode = describe_mode(options_.config);
    const std::array fields{telemetry::log_field{"MESSAGE_ID", telemetry::id_of(telemetry::journal_event::started)}};
    log_.with(fields).info("Mayhem is running ({}; {} {}, seed {}, record in {})", mode, flow_->group_count(),
                           flow_->group_count() == 1 ? "group" : "groups", seed_, options_.store.string());
    if (is_dry_run(options_.config) && options_.config_file) {
        co_await tell_how_to_arm();
    }
    if (phase_ == phase::running) {
        told_state_ = describe_state();
        world_.kept_by.ready(told_state_);
    }
    draining_.spawn("outlook", tell_outlook(flow_));
    if (options_.end_when_drained) {
        draining_.spawn("end_when_drained", end_when_drained());
    }
}

async::awaitable<void> life::start_flow_when_possible(std::unique_ptr<flow> next) {
    const async::frame here;
    while (next && phase_ != phase::stopping) {
        std::string trouble;
        wakeup_.clear();
        try {
            co_await start_flow(next);
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        if (!trouble.empty()) {
            log_.warning("{}; nothing runs without the record, retrying in {} s", trouble, store_retry.count());
            wait_for("the record: " + trouble);
            const bool woken = (co_await async::with_timeout(wakeup_.wait(), store_retry)).has_value();
            (void)woken;  // to be ended, perhaps; another wish waits
        }
    }
}

async::awaitable<std::size_t> life::nack_unsettled() {
    const async::frame here;
    std::string trouble;
    std::size_t nacked = 0;
    try {
        nacked = co_await flow_->nack_unsettled();
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        log_.warning("{}; the journal has the messages as unfinished all the same", trouble);
    }
    co_return nacked;
}

async::awaitable<void> life::tell_how_to_arm() {
    const async::frame here;
    const std::vector<std::string> lines = co_await async::run_blocking(
        world_.threads, [c = options_.config, file = options_.config_file->string(), seed = seed_,
                         now = loop_.clock().wall_now()] { return dry_run_text(c, file, seed, now); });
    for (const std::string& line : lines) {
        log_.info("{}", line);
    }
}

async::awaitable<void> life::reload() {
    const async::frame here;
    const std::filesystem::path& file = *options_.config_file;
    log_.info("Reloading {}", file.string());
    world_.kept_by.reloading("reading " + file.string());
    config_result read = co_await world_.read_config();
    std::vector<notify::destination_plan> plans;
    if (read) {
        notification_desk::plans planned = co_await notifications_.read(*read, file.string());
        if (planned) {
            plans = std::move(planned).value();
        } else {
            read = core::failure{planned.error()};
        }
    }
    std::unique_ptr<flow> next;
    if (read) {
        if (options_.is_armed_by_flag) {
            arm_everything(*read);
        }
        next = try_to_make_flow(*read);
    } else {
        for (const settings::error& e : read.error()) {
            log_.error("{}", to_string(e));
        }
    }
    if (!next) {
        log_.error("The config stays as it was: correct {} and reload again", file.string());
        world_.kept_by.ready("running with the former config");
        co_return;
    }
    for (const std::string& key : keep_what_is_fixed(*read, options_.config)) {
        log_.warning("A change of {} takes effect only at the next start", key);
    }
    if (read->halted) {
        halt_.halt_by_config(facts().config_file);  // for what is being handled and has not acted, too
    }
    is_reloading_ = true;
    flow_->stop_accepting();
    co_await settle_for_reload();
    if (phase_ == phase::stopping) {
        co_return;
    }
    wait_for("the former config's end");
    flow_->cancel();
    const std::chrono::nanoseconds grace = options_.config.shutdown_grace;
    co_await flow_->end(grace, [this, grace](const std::vector<std::string>& late) { tell_late(late, grace); });
    (void)co_await nack_unsettled();  // they come back as unfinished
    flow_.reset();
    options_.config = std::move(read).value();
    world_.logging.set_lowest(options_.config.log_level);
    co_await notifications_.replace(std::move(plans));
    co_await configure_halt();
    seed_ = options_.config.seed.value_or(seed_);
    co_await start_flow_when_possible(std::move(next));
}

async::awaitable<void> life::settle_for_reload() {
    const async::frame here;
    const auto since = std::chrono::time_point_cast<std::chrono::system_clock::duration>(loop_.clock().wall_now());
    std::chrono::nanoseconds pause = told_after;
    for (bool is_settled = false; !is_settled && phase_ != phase::stopping;) {
        wait_for(describe(flow_->in_hand(), since));
        is_settled = (co_await async::with_timeout(flow_->settle(), pause)).has_value();
        if (!is_settled) {
            log_.info("The reload waits for {}", describe(flow_->in_hand(), since));
            pause = told_every;
        }
    }
}

void life::wait_for(const std::string& what) {
    waits_for_ = what;
    if (phase_ != phase::stopping) {
        world_.kept_by.status("reloading, waits for " + what);
    }
}

std::unique_ptr<flow> life::try_to_make_flow(const config& c) {
    try {
        return make_flow(c);
    } catch (const std::runtime_error& e) {
        log_.error("{}", e.what());
        return nullptr;
    }
}

}  // namespace mayhem::app
