#include "sim/fleet/sim_ledger.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::sim {

sim_ledger::sim_ledger(fleet_tables& tables, const fleet_weather& weather,
                       std::function<std::chrono::nanoseconds()> boot_time, core::random_source random,
                       fleet_tables::speaker by, ledger_place at)
    : tables_(tables),
      weather_(weather),
      boot_time_(std::move(boot_time)),
      random_(random),
      by_(std::move(by)),
      at_(std::move(at)) {}

std::chrono::nanoseconds sim_ledger::way() noexcept {
    const auto most = static_cast<std::uint64_t>((weather_.way_max - weather_.way_min).count());
    return weather_.way_min + std::chrono::nanoseconds{static_cast<std::int64_t>(random_.below(most + 1))};
}

template <typename T>
fleet::reply<T> sim_ledger::carry_out(const std::function<T(core::wall_time)>& work, bool is_heard) {
    std::optional<fleet::reply<T>> answer;
    try {
        answer.emplace(std::in_place_index<0>, work(at_.now ? at_.now() : async::this_loop().clock().wall_now()));
    } catch (const call_refused& e) {
        answer.emplace(fleet::refused{.sqlstate = e.sqlstate, .text = e.what()});
    }
    at_.worked(is_heard);
    return *std::move(answer);
}

template <typename T>
async::awaitable<fleet::reply<T>> sim_ledger::call(std::function<T(core::wall_time)> work) {
    const async::frame here;
    const ledger_place::reach state = at_.state();
    if (random_.uniform() < weather_.refused_to_go || state == ledger_place::reach::away) {
        co_return fleet::not_sent{"the simulated database is away"};
    }
    if (random_.uniform() < weather_.lost_before || state == ledger_place::reach::silent) {
        co_await async::sleep_for(weather_.limit);
        co_return fleet::unknown{"no answer within " + std::to_string(weather_.limit.count() / 1'000'000) + " ms"};
    }
    try {
        co_await async::sleep_for(way());
    } catch (...) {
        if (random_.below(2) == 0) {
            (void)carry_out(work, false);
        }
        throw;
    }
    const bool is_heard = random_.uniform() >= weather_.lost_after;
    fleet::reply<T> answer = carry_out(work, is_heard);
    if (!is_heard) {
        co_await async::sleep_for(weather_.limit);
        co_return fleet::unknown{"the connection was lost before the answer came"};
    }
    co_await async::sleep_for(way());
    co_return answer;
}

async::awaitable<fleet::reply<fleet::ledger_schema>> sim_ledger::schema() {
    return call<fleet::ledger_schema>([this](core::wall_time) { return tables_.schema; });
}

async::awaitable<fleet::reply<fleet::greeting>> sim_ledger::hello(fleet::newcomer n) {
    return call<fleet::greeting>([this, n = std::move(n)](core::wall_time now) { return tables_.hello(by_, n, now); });
}

async::awaitable<fleet::reply<fleet::heartbeat>> sim_ledger::beat(std::optional<core::duration> /*clock_ahead*/,
                                                                  bool leaving) {
    return call<fleet::heartbeat>([this, leaving](core::wall_time now) { return tables_.beat(by_, leaving, now); });
}

async::awaitable<fleet::reply<fleet::fleet_news>> sim_ledger::poll() {
    return call<fleet::fleet_news>([this](core::wall_time now) { return tables_.poll(by_, now); });
}

async::awaitable<fleet::reply<std::optional<fleet::census_question>>> sim_ledger::ask(std::string group,
                                                                                      core::wall_time moment) {
    return call<std::optional<fleet::census_question>>(
        [this, group = std::move(group), moment](core::wall_time now) { return tables_.ask(by_, group, moment, now); });
}

async::awaitable<fleet::reply<fleet::group_standing>> sim_ledger::answer(fleet::census_answer a) {
    return call<fleet::group_standing>(
        [this, a = std::move(a)](core::wall_time now) { return tables_.answer(by_, a, now); });
}

async::awaitable<fleet::reply<fleet::turnout>> sim_ledger::answered(std::string group,
                                                                    std::optional<std::uint64_t> census,
                                                                    core::wall_time moment) {
    return call<fleet::turnout>([this, group = std::move(group), census, moment](core::wall_time now) {
        return tables_.answered(group, census, moment, now);
    });
}

async::awaitable<fleet::reply<fleet::decided>> sim_ledger::decide(fleet::moment_case c) {
    return call<fleet::decided>([this, c = std::move(c)](core::wall_time now) { return tables_.decide(by_, c, now); });
}

async::awaitable<fleet::reply<std::optional<fleet::granted_act>>> sim_ledger::grant_of(core::uuid message) {
    return call<std::optional<fleet::granted_act>>(
        [this, message](core::wall_time) { return tables_.grant_of(by_, message); });
}

async::awaitable<fleet::reply<std::vector<fleet::granted_act>>> sim_ledger::left_over() {
    return call<std::vector<fleet::granted_act>>([this](core::wall_time) { return tables_.left_over(by_); });
}

async::awaitable<fleet::reply<fleet::claimed>> sim_ledger::claim(fleet::claim_case c) {
    return call<fleet::claimed>([this, c = std::move(c), sent = boot_time_()](core::wall_time now) {
        fleet::claimed answer = tables_.claim(by_, c, now);
        answer.sent = sent;
        return answer;
    });
}

async::awaitable<fleet::reply<fleet::settled_act>> sim_ledger::settle(fleet::settlement_case s) {
    return call<fleet::settled_act>(
        [this, s = std::move(s)](core::wall_time now) { return tables_.settle(by_, s, now); });
}

async::awaitable<fleet::reply<bool>> sim_ledger::note(fleet::attempt_note n) {
    return call<bool>([this, n = std::move(n)](core::wall_time) { return tables_.note(by_, n); });
}

async::awaitable<fleet::reply<fleet::proposed>> sim_ledger::propose(std::string group, std::string plan,
                                                                    std::string terms, std::uint64_t known_version) {
    return call<fleet::proposed>(
        [this, group = std::move(group), plan = std::move(plan), terms = std::move(terms),
         known_version](core::wall_time now) { return tables_.propose(by_, group, plan, terms, known_version, now); });
}

async::awaitable<fleet::reply<fleet::halt_standing>> sim_ledger::halt(core::uuid id, std::string group, std::string by,
                                                                      std::string /*why*/) {
    return call<fleet::halt_standing>([this, id, group = std::move(group), by = std::move(by)](core::wall_time now) {
        return tables_.halt(id, group, by, now);
    });
}

}  // namespace mayhem::sim
