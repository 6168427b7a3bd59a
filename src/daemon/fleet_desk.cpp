#include "daemon/fleet_desk.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

#include "config/fleet_terms.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::app {

namespace {

/// At the end of a life; what is not told by then, the next one settles.
constexpr std::chrono::seconds tells_for{2};
constexpr std::chrono::milliseconds looks_every{20};

std::unique_ptr<fleet_database> open(const fleet_config& c, const world& w, core::uuid life) {
    if (!w.open_fleet) {
        throw std::runtime_error("[fleet]: this daemon cannot take part in a fleet");
    }
    return w.open_fleet(c, life);
}

core::uuid own_id(std::uint64_t record) {
    core::random_source of_record = core::random_source(record).stream("fleet record");
    return core::uuid::random(of_record);
}

}  // namespace

fleet_desk::fleet_desk(const fleet_config& c, const world& w, surroundings s)
    : name_(c.name),
      loop_(s.loop),
      log_(s.log),
      database_([&] {
          core::random_source lives = s.random.stream("fleet life");
          return open(c, w, core::uuid::random(lives));
      }()),
      member_(database_->ledger(),
              {.host = database_->host(),
               .who = {.life_number = s.life, .record = own_id(s.record_id), .machine = {}, .version = MAYHEM_VERSION}},
              {.observer = s.observer,
               .random = s.random.stream("fleet"),
               .boot_time = [this] { return database_->boot_time(); },
               .census_wait = c.census_wait}),
      limits_(s.record.limits(), member_),
      journal_(s.record.journal(), member_),
      tasks_(s.loop, "fleet", std::move(s.on_failure)) {}

void fleet_desk::start() {
    log_.info("Takes part in fleet '{}' as host {}", name_, member_.host());
    is_started_ = true;
    tasks_.spawn("database", database_->run());
    tasks_.spawn("member", member_.run());
}

async::awaitable<void> fleet_desk::tell_the_rest() {
    const async::frame here;
    while (member_.untold() > 0) {
        co_await async::sleep_for(looks_every);
    }
    co_await member_.leave();
}

async::awaitable<void> fleet_desk::end(std::chrono::nanoseconds grace) {
    const async::frame here;
    if (is_started_) {
        const bool is_told =
            (co_await async::with_timeout(tell_the_rest(), std::min<std::chrono::nanoseconds>(grace, tells_for)))
                .has_value();
        if (!is_told) {
            log_.warning("The fleet has not been told of {} ends of acts: the next life tells it", member_.untold());
        }
    }
    tasks_.cancel();
    co_await tasks_.join();
}

telemetry::fleet_numbers fleet_desk::numbers() const {
    const std::chrono::nanoseconds now = loop_.now().time_since_epoch();
    telemetry::fleet_numbers n{.is_connected = database_->is_connected(),
                               .takes_part = member_.absence().empty(),
                               .is_halted = member_.is_fleet_halted(),
                               .halts_heard = member_.halts_heard(),
                               .untold = member_.untold(),
                               .calls = database_->calls()};
    if (const std::optional<core::duration> ahead = member_.clock_ahead()) {
        n.clock_ahead = core::to_seconds(*ahead);
    }
    for (const auto& [name, c] : member_.counts()) {
        n.groups.push_back({.group = name,
                            .ours = c.ours,
                            .others = c.others,
                            .skipped = c.skipped,
                            .undecided = c.undecided,
                            .permits = c.permits,
                            .refused = c.refused});
        if (c.told_at) {
            n.groups.back().census_age = core::to_seconds(now - *c.told_at);
        }
    }
    return n;
}

fleet_facts fleet_desk::facts() const {
    return {.name = name_,
            .host = member_.host(),
            .absence = member_.absence(),
            .is_halted = member_.is_fleet_halted(),
            .untold = member_.untold()};
}

void fleet_desk::follow(const config& c) {
    std::vector<fleet::shared_group> shared;
    for (const group_config& g : c.groups) {
        if (!g.settings.is_shared) {
            continue;
        }
        core::result<fleet_terms> terms = fleet_terms_of(c, *c.fleet, g.settings.name);
        if (!terms) {
            throw std::runtime_error(terms.error());
        }
        shared.push_back({.name = g.settings.name,
                          .plan = std::move(terms->plan),
                          .terms = std::move(terms->terms),
                          .seed = std::to_string(*c.seed)});
    }
    member_.follow(std::move(shared));
}

}  // namespace mayhem::app
