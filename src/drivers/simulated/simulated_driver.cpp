#include "drivers/simulated/simulated_driver.hpp"

#include <chrono>
#include <stdexcept>
#include <unordered_set>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::string_view domain = ".example.net";

}  // namespace

simulated_driver::simulated_driver(simulated_driver_settings settings, core::random_source rng)
    : settings_(settings), rng_(rng) {
    if (settings_.hosts > hosts_max) {
        throw std::invalid_argument("a simulated herd of " + std::to_string(settings_.hosts) +
                                    " hosts is too large: at most " + std::to_string(hosts_max));
    }
    if (!(settings_.failure_probability >= 0.0 && settings_.failure_probability <= 1.0)) {
        throw std::invalid_argument("a probability is between 0 and 1, not " +
                                    std::to_string(settings_.failure_probability));
    }
    std::unordered_set<std::string> drawn;
    while (herd_.size() < settings_.hosts) {
        std::string name = draw_name();
        if (drawn.insert(name).second) {
            herd_.push_back(std::move(name));
        }
    }
}

std::string simulated_driver::draw_name() {
    constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string name = "cattle-";
    for (int i = 0; i < 4; ++i) {
        name += characters[rng_.below(characters.size())];
    }
    return name;
}

std::string simulated_driver::incarnation(const std::string& hostname) const {
    const auto found = restarts_.find(hostname);
    const std::uint64_t restarts = found == restarts_.end() ? 0 : found->second;
    return std::to_string(settings_.life) + ':' + std::to_string(restarts + 1);
}

core::target simulated_driver::make_target(const std::string& name) const {
    const std::string hostname = name + std::string(domain);
    return {.id = hostname, .incarnation = incarnation(hostname), .name = name};
}

async::awaitable<std::vector<core::target>> simulated_driver::list() {
    const async::frame here;
    std::vector<core::target> targets;
    if (herd_.empty()) {
        targets.push_back(make_target(draw_name()));
    }
    const core::wall_time now = async::this_loop().clock().wall_now();
    for (const std::string& name : herd_) {
        targets.push_back(make_target(name));
        targets.back().started_at = begun_.try_emplace(targets.back().id, now).first->second;
    }
    co_return targets;
}

async::awaitable<ports::act_result> simulated_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    if (!is_current(t)) {
        co_return ports::act_result{core::guard::already_restarted};
    }
    const std::chrono::duration<double> takes{rng_.uniform()};
    const bool fails = rng_.uniform() < settings_.failure_probability;
    co_await async::sleep_for(std::chrono::duration_cast<std::chrono::nanoseconds>(takes));
    async::throw_if_cancelled();  // the end may have begun while the sleep was over and this had not gone on yet
    if (fails) {
        throw core::restart_failed("Could not restart " + t.id);
    }
    if (!is_current(t)) {
        co_return ports::act_result{core::guard::already_restarted};
    }
    if (const auto no = may_act.withdrawn_by()) {
        co_return ports::act_result{no};
    }
    ++restarts_[t.id];
    if (!herd_.empty()) {
        begun_[t.id] = async::this_loop().clock().wall_now();
    }
    co_return ports::act_result{};
}

async::awaitable<std::optional<core::target>> simulated_driver::successor(const core::target& t) {
    const async::frame here;
    if (is_current(t)) {
        co_return std::nullopt;
    }
    core::target next = t;
    next.incarnation = incarnation(t.id);
    co_return next;
}

}  // namespace mayhem::drivers
