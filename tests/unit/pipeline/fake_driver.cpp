#include "unit/pipeline/fake_driver.hpp"

#include <algorithm>
#include <stdexcept>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::test {

namespace {

/// Counts who is inside.
class visit {
public:
    explicit visit(std::size_t& count) noexcept : count_(++count) {}
    ~visit() { --count_; }
    visit(const visit&) = delete;
    visit& operator=(const visit&) = delete;

private:
    std::size_t& count_;
};

}  // namespace

core::target fake_driver::know(const std::string& name, const std::string& incarnation) {
    hosts_[name] = {.incarnation = incarnation, .back_at = {}};
    return {.id = name + ".example.net", .incarnation = incarnation, .name = name};
}

void fake_driver::live_on(host& h) {
    const async::clock::time_point now = async::this_loop().now();
    for (;;) {
        if (h.falls_at && *h.falls_at <= now) {
            h.back_at = *h.falls_at + comes_back_after.value_or(std::chrono::hours{10'000});
            h.falls_at.reset();
            h.is_down = true;
        } else if (h.back_at && *h.back_at <= now) {
            const async::clock::time_point since = *h.back_at;
            h = {.incarnation = h.incarnation + "'", .back_at = {}};
            if (falls > 0) {
                --falls;
                h.falls_at = since + stands_for;
            }
        } else {
            return;
        }
    }
}

async::awaitable<std::vector<core::target>> fake_driver::list() {
    const async::frame here;
    ++lists_;
    if (list_failures > 0) {
        --list_failures;
        throw core::targets_unlisted("nobody answers");
    }
    if (slow_lists > 0) {
        --slow_lists;
        co_await async::sleep_for(std::chrono::hours{10});
    }
    if (list_takes > std::chrono::nanoseconds::zero()) {
        co_await async::shield(async::sleep_for(list_takes), std::chrono::hours{1});
    }
    std::vector<core::target> targets = standing;
    if (empty_lists > 0) {
        --empty_lists;
    } else if (targets.empty()) {
        targets.push_back(know("host-" + std::to_string(++listed_)));
    }
    co_return targets;
}

async::awaitable<std::vector<core::reach>> fake_driver::reach_of(std::vector<core::target> targets) {
    const async::frame here;
    co_return std::vector<core::reach>(targets.size(), *reach);
}

async::awaitable<std::optional<std::vector<std::string>>> fake_driver::lives_of(std::vector<std::string> ids) {
    const async::frame here;
    std::vector<std::string> lives;
    for (const std::string& id : ids) {
        const auto found = std::ranges::find(standing, id, &core::target::id);
        lives.push_back(found == standing.end() ? std::string() : found->incarnation);
    }
    co_return lives;
}

async::awaitable<ports::departure> fake_driver::departure_of(core::target /*t*/) {
    const async::frame here;
    if (blind_witness > 0) {
        --blind_witness;
        throw core::unseen("no descriptor is left");
    }
    ports::departure d;
    d.end = end.value_or(core::end_seen{});
    d.is = departs.value_or(core::passing::unknown);
    if (departs) {
        d.seen = d.is == core::passing::stands ? "it ignores the act" : "it ended, and nothing has come since";
    }
    co_return d;
}

std::optional<async::clock::time_point> fake_driver::ended_at(const core::target& /*t*/) const {
    const async::clock::time_point start{std::chrono::hours{1}};  // of a virtual clock
    return stops_after ? std::optional(start + *stops_after) : std::nullopt;
}

async::awaitable<ports::held_target> fake_driver::hold(const core::target& t) {
    const async::frame here;
    ++asked_;
    ports::held_target held;
    if (hosts_.at(t.name).incarnation != t.incarnation) {
        held.refusal.refused_by = core::guard::already_restarted;
    } else {
        held.note = ports::undo_note{
            .action = "freeze", .subject = t.id, .life = thing.life, .where = "here", .name = "host " + t.name};
    }
    co_return held;
}

void fake_driver::note_stood(const core::target& t) {
    acts_.push_back(t.name + ' ' + t.incarnation);
    hosts_.at(t.name).incarnation += "'";
}

async::awaitable<ports::act_result> fake_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    const auto found = hosts_.find(t.name);
    if (found == hosts_.end()) {
        ADD_FAILURE() << "asked to restart a host that never was: " << t.name;
        co_return ports::act_result{core::guard::not_opted_in};
    }
    ++asked_;
    host& h = found->second;
    if (h.is_down || h.falls_at) {
        live_on(h);
    }
    if (refuses || h.incarnation != t.incarnation) {
        co_return ports::act_result{refuses.value_or(core::guard::already_restarted), trouble};
    }
    const bool fails = restart_failures > 0;
    restart_failures -= fails ? 1 : 0;
    const visit acting{acting_};
    acting_max_ = std::max(acting_max_, acting_);
    co_await async::sleep_for(takes);
    if (!fails || !fails_before_it_asks) {
        if (const auto no = may_act.withdrawn_by()) {
            co_return ports::act_result{no};
        }
    }
    if (takes_after_it_asked > takes_after_it_asked.zero()) {
        co_await async::sleep_for(takes_after_it_asked);
    }
    if (fails && unexpected_error.empty()) {
        throw core::restart_failed("Could not restart " + t.id);
    }
    if (fails) {
        throw std::runtime_error(unexpected_error);
    }
    if (lost_acts > 0) {
        --lost_acts;
        co_return ports::act_result{std::nullopt, trouble, true};
    }
    EXPECT_FALSE(h.was_acted_on) << t.name << " was acted on twice in one life";
    h.was_acted_on = true;
    acts_.push_back(t.name + ' ' + t.incarnation);
    if (comes_back_after) {
        h.back_at = async::this_loop().now() + *comes_back_after;
    }
    co_return ports::act_result{std::nullopt, trouble};
}

async::awaitable<std::optional<core::target>> fake_driver::successor(const core::target& t) {
    const async::frame here;
    if (blind_looks > 0) {
        --blind_looks;
        throw core::unseen("no descriptor is left");
    }
    host& h = hosts_.at(t.name);
    live_on(h);
    std::optional<core::target> next;
    if (h.incarnation != t.incarnation && !h.is_down) {
        next = t;
        next->incarnation = h.incarnation;
    }
    co_return next;
}

}  // namespace mayhem::test
