#include "unit/sim/fleet/fleet_model.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fleet/draw_key.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::test {

namespace {

using namespace std::chrono_literals;

constexpr auto permit = 300ms;
constexpr const char* group = "web";

std::chrono::nanoseconds boot_time() { return async::this_loop().now().time_since_epoch(); }

std::string id_of(int which) { return "t" + std::to_string(which); }

}  // namespace

/// One host's daemon, life after life.
struct fleet_model::host {
    host(fleet_model& m, int n)
        : number(n),
          name(fmt::format("h{:02}", n)),
          random(m.random_.stream(name)),
          tasks(m.loop_.loop, "host",
                [&m](const async::task_failure& f) { m.breaks("a task failed: " + async::text_of(f.error)); }) {}

    int number;
    std::string name;
    core::random_source random;
    sim::fleet_weather weather{};
    std::uint64_t life_number = 0;
    core::uuid life{};
    std::uint64_t known_version = 0;  ///< on record: it survives the life
    std::unique_ptr<sim::sim_ledger> ledger{};
    std::unique_ptr<fleet::group_part> part{};
    std::vector<core::uuid> taken{};  ///< from before the claim until the end is told
    bool is_in = false;
    async::task_group tasks;
};

namespace {

/// What a host sees of its targets.
template <typename Targets>
class model_taker final : public fleet::census_taker {
public:
    model_taker(const Targets& targets, std::string host, const std::vector<core::uuid>& taken, cheat how,
                core::random_source random)
        : targets_(targets), host_(std::move(host)), taken_(taken), how_(how), random_(random) {}

    async::awaitable<std::optional<fleet::own_census>> look(fleet::draw_position at) override {
        const async::frame here;
        co_await async::sleep_for(std::chrono::milliseconds{random_.below(40)});
        fleet::own_census seen{.members = static_cast<std::uint32_t>(targets_.size()), .taken = taken_};
        for (std::size_t which = 0; which < targets_.size(); ++which) {
            const auto& t = targets_[which];
            const bool is_taken = t.act && std::ranges::count(taken_, *t.act) > 0;
            if (t.is_up && (!is_taken || how_ == cheat::taken_and_standing)) {
                ++seen.standing;
            }
            if (t.is_up && !is_taken) {
                offer_in(seen.own, at.round, static_cast<int>(which), t.incarnation, at.cursor);
                offer_in(seen.next, at.round + 1, static_cast<int>(which), t.incarnation, {});
            }
        }
        co_return seen;
    }

private:
    void offer_in(std::optional<fleet::offer>& best, std::uint64_t round, int which, int incarnation,
                  const std::string& after) const {
        std::string key = fleet::draw_key("seed", group, round, host_, id_of(which));
        if (key > after && (!best || key < best->key)) {
            best =
                fleet::offer{.key = std::move(key), .target = id_of(which), .incarnation = std::to_string(incarnation)};
        }
    }

    const Targets& targets_;
    const std::string host_;
    const std::vector<core::uuid>& taken_;
    const cheat how_;
    core::random_source random_;
};

}  // namespace

fleet_model::fleet_model(const model_settings& s) : settings_(s), random_(core::random_source(s.seed)) {
    const core::wall_time now = loop_.clock.wall_now();
    tables_.adopt(
        group, "p",
        {.min_healthy = {.value = s.min_healthy}, .max_unavailable = {.value = s.max_unavailable}, .lost_after = 60s},
        now);
    core::random_source moments = random_.stream("plan");
    core::wall_time at = now + 20s;
    for (std::chrono::nanoseconds gap{}; at < now + s.length; at += std::chrono::ceil<core::duration>(gap)) {
        plan_.emplace_back(at, core::uuid::random(moments));
        gap = 500ms + moments.exponential(s.between_moments - 500ms);
    }
    for (int number = 0; number < s.hosts; ++number) {
        targets_.emplace_back(static_cast<std::size_t>(s.targets_each));
        hosts_.push_back(std::make_unique<host>(*this, number));
        tables_.add_host(hosts_.back()->name);
    }
    standby_ = tables_;
}

fleet_model::~fleet_model() = default;

void fleet_model::breaks(std::string promise) {
    const auto at = std::chrono::duration<double>(loop_.elapsed()).count();
    broken.push_back(fmt::format("seed {}, {:.3f} s: {}", settings_.seed, at, std::move(promise)));
}

int fleet_model::standing() const {
    int up = 0;
    for (const std::vector<target>& of_host : targets_) {
        up += static_cast<int>(std::ranges::count_if(of_host, &target::is_up));
    }
    return up;
}

void fleet_model::run() {
    loop_.run(play());
    hosts_.clear();  // their groups end before the loop
    judge_record();
}

async::awaitable<void> fleet_model::play() {
    const async::frame here;
    for (const std::unique_ptr<host>& h : hosts_) {
        loop_.spawn("host", keep(*h));
    }
    if (settings_.has_faults) {
        loop_.spawn("dice", throw_dice());
    }
    co_await async::sleep_for(settings_.length);
    is_over_ = true;
    for (const std::unique_ptr<host>& h : hosts_) {
        h->tasks.cancel();
    }
}

/// A life after the other, with a pause between them.
async::awaitable<void> fleet_model::keep(host& h) {
    const async::frame here;
    while (!is_over_) {
        ++h.life_number;
        h.life = core::uuid::random(h.random);
        h.ledger = std::make_unique<sim::sim_ledger>(tables_, h.weather, &boot_time, h.random.stream("ways"),
                                                     sim::fleet_tables::speaker{.host = h.name, .life = h.life});
        h.part = std::make_unique<fleet::group_part>(group, "p", h.known_version);
        h.taken.clear();
        h.is_in = false;
        h.tasks.spawn("life", live(h));
        co_await h.tasks.join();
        co_await async::sleep_for(1s + std::chrono::milliseconds{h.random.below(5'000)});
    }
}

async::awaitable<void> fleet_model::live(host& h) {
    const async::frame here;
    while (!h.is_in) {
        const auto r = co_await h.ledger->hello({.life_number = h.life_number, .version = "1"});
        h.is_in = std::holds_alternative<fleet::greeting>(r);
        co_await async::sleep_for(h.is_in ? 0ms : 500ms);
    }
    h.tasks.spawn("beat", beat(h));
    const auto left = co_await h.ledger->left_over();
    if (const auto* const acts_left = std::get_if<std::vector<fleet::granted_act>>(&left)) {
        for (const fleet::granted_act& a : *acts_left) {
            h.tasks.spawn("settle", settle(h, a.message, true));
        }
    }
    for (const auto& [moment, message] : plan_) {
        const auto wait = moment - loop_.clock.wall_now();
        if (wait < 0s) {
            continue;
        }
        co_await async::sleep_for(wait);
        h.tasks.spawn("moment", follow(h, moment, message));
    }
}

async::awaitable<void> fleet_model::beat(host& h) {
    const async::frame here;
    for (;;) {
        co_await async::sleep_for(24s + std::chrono::milliseconds{h.random.below(12'000)});
        (void)co_await h.ledger->beat({}, false);
    }
}

async::awaitable<void> fleet_model::follow(host& h, core::wall_time moment, core::uuid message) {
    const async::frame here;
    model_taker taker(targets_[static_cast<std::size_t>(h.number)], h.name, h.taken, settings_.how,
                      h.random.stream("look"));
    fleet::part_end end = co_await fleet::take_part(
        *h.ledger, *h.part, {.at = moment, .message = message, .expires_at = moment + 30s}, {.host = h.name}, taker);
    h.known_version = std::max(h.known_version, h.part->version());
    if (end.what == fleet::part_end::kind::mine) {
        co_await carry_out(h, std::move(*end.act));
    }
}

async::awaitable<void> fleet_model::carry_out(host& h, fleet::granted_act act) {
    const async::frame here;
    const bool is_slow = h.random.below(4) == 0;
    co_await async::sleep_for(is_slow ? 1500ms : std::chrono::milliseconds{h.random.below(250)});  // the journal
    target& t = targets_[static_cast<std::size_t>(h.number)][static_cast<std::size_t>(std::stoi(act.target.substr(1)))];
    if (!t.is_up || t.act || std::to_string(t.incarnation) != act.incarnation) {
        co_await settle(h, act.message, false);
        co_return;
    }
    t.act = act.message;
    h.taken.push_back(act.message);
    std::optional<std::chrono::nanoseconds> until;
    if (settings_.how == cheat::no_claim) {
        until = std::chrono::nanoseconds::max();
    } else {
        const auto r = co_await h.ledger->claim({.message = act.message,
                                                 .nonce = core::uuid::random(h.random),
                                                 .plan = "p",
                                                 .known_version = h.part->version()});
        if (const auto* const c = std::get_if<fleet::claimed>(&r)) {
            h.part->hear(c->version);
            if (c->answer == fleet::claim_answer::ok) {
                until = c->sent + permit;
            }
        }
    }
    co_await async::sleep_for(is_slow ? 1s : std::chrono::milliseconds{h.random.below(200)});
    const bool may_act = until && (boot_time() < *until || settings_.how == cheat::ignored_permit);
    if (may_act) {
        act_on(h, act);
        co_await async::sleep_for(settings_.down_for + 1s);
    }
    t.act.reset();
    std::erase(h.taken, act.message);
    co_await settle(h, act.message, may_act);
}

void fleet_model::act_on(host& h, const fleet::granted_act& act) {
    const int which = std::stoi(act.target.substr(1));
    target& t = targets_[static_cast<std::size_t>(h.number)][static_cast<std::size_t>(which)];
    ++acts;
    if (++acts_of_[act.message] > 1) {
        breaks("the same message was acted on twice");
    }
    if (!t.is_up || std::to_string(t.incarnation) != act.incarnation) {
        breaks("another incarnation was acted on than was granted");
    }
    if (halted_since_ && loop_.loop.now() - *halted_since_ > permit) {
        breaks("an act after an acknowledged halt");
    }
    const auto on_record = tables_.acts().find(act.message);
    const bool may_be_forgotten = lost_at_ && loop_.loop.now() - *lost_at_ <= permit;  // since the claim
    if (!may_be_forgotten && (on_record == tables_.acts().end() || !on_record->second.claimed_at)) {
        breaks("an act without a claim on record");
    }
    t.is_up = false;
    if (standing() < static_cast<int>(settings_.min_healthy)) {
        breaks(fmt::format("{} stand, and {} have to", standing(), settings_.min_healthy));
    }
    loop_.spawn("bring_back", bring_back(h.number, which));
}

async::awaitable<void> fleet_model::bring_back(int number, int which) {
    const async::frame here;
    co_await async::sleep_for(settings_.down_for);
    target& t = targets_[static_cast<std::size_t>(number)][static_cast<std::size_t>(which)];
    t.is_up = true;
    ++t.incarnation;
}

async::awaitable<void> fleet_model::settle(host& h, core::uuid message, bool has_acted) {
    const async::frame here;
    for (;;) {
        std::uint32_t up = 0;
        for (const target& t : targets_[static_cast<std::size_t>(h.number)]) {
            up += t.is_up && !t.act ? 1U : 0U;
        }
        const auto r =
            co_await h.ledger->settle({.message = message,
                                       .verdict = has_acted ? "recovered" : "refused",
                                       .has_acted = has_acted,
                                       .row = has_acted ? fleet::in_a_row::success : fleet::in_a_row::neither,
                                       .standing = up,
                                       .seq = h.part->next_seq(),
                                       .known_version = h.part->version()});
        const auto* const done = std::get_if<fleet::settled_act>(&r);
        if (done != nullptr || std::holds_alternative<fleet::refused>(r)) {
            co_return;
        }
        co_await async::sleep_for(2s);
    }
}

/// What befalls the hosts, the ways and the database, and what people do about it.
async::awaitable<void> fleet_model::throw_dice() {
    const async::frame here;
    core::random_source dice = random_.stream("dice");
    while (!is_over_) {
        co_await async::sleep_for(dice.exponential(6s));
        host& h = *hosts_[dice.below(hosts_.size())];
        switch (dice.below(13)) {
            case 0:
            case 1:
            case 2: {  // its daemon is killed: nothing of it does anything more
                ++kills;
                for (target& t : targets_[static_cast<std::size_t>(h.number)]) {
                    t.act.reset();
                }
                h.tasks.cancel();
                break;
            }
            case 3: h.weather.refused_to_go = 1; break;
            case 4: h.weather.lost_after = 0.5; break;
            case 5: h.weather.lost_before = 0.5; break;
            case 6: h.weather.way_max = 400ms; break;
            case 7:
                for (const std::unique_ptr<host>& each : hosts_) {
                    each->weather = {};
                }
                break;
            case 8: tables_.crash(); break;
            case 9:
            case 10: {  // nobody is told, as if nobody heard; most likely while somebody is about to act
                ++halts;
                const core::wall_time now = loop_.clock.wall_now();
                const auto next = std::ranges::find_if(plan_, [now](const auto& m) { return m.first > now; });
                if (next != plan_.end()) {
                    co_await async::sleep_for(next->first - now + 600ms + std::chrono::milliseconds{dice.below(2'500)});
                }
                (void)tables_.halt(core::uuid::random(dice), {}, "somebody", loop_.clock.wall_now());
                halted_since_ = loop_.loop.now();
                co_await async::sleep_for(5s);
                halted_since_.reset();
                tables_.resume({}, loop_.clock.wall_now());
                break;
            }
            case 11: standby_ = tables_; break;
            case 12: {
                // Without a synchronous standby: what it has not is lost. Nothing more is done until a person says so.
                if (standby_.groups().at(group).version == tables_.groups().at(group).version) {
                    break;
                }
                ++losses;
                lost_at_ = loop_.loop.now();
                tables_ = standby_;
                tables_.crash();
                const int acts_before = acts;
                co_await async::sleep_for(10s);
                acts_after_loss += acts - acts_before;
                tables_.accept_loss(group, loop_.clock.wall_now());
                standby_ = tables_;
                break;
            }
        }
        tables_.close_breaker(group, loop_.clock.wall_now());
    }
}

/// The record's own rules: each claim a grant, each moment one message.
void fleet_model::judge_record() {
    std::map<core::uuid, int> grants;
    std::map<core::uuid, int> claims;
    for (const sim::fleet_tables::entry& e : tables_.journal()) {
        if (e.what == "grant") {
            ++decided;
            ++grants[e.message];
        } else if (e.what == "skip") {
            ++decided;
        } else if (e.what == "claim") {
            ++claims[e.message];
        }
    }
    for (const auto& [message, n] : claims) {
        if (n > 1 || grants[message] != 1) {
            broken.push_back(fmt::format("seed {}: {} claims, {} grants of {}", settings_.seed, n, grants[message],
                                         message.to_string()));
        }
    }
}

}  // namespace mayhem::test
