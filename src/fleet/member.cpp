#include "fleet/member.hpp"

#include <algorithm>
#include <utility>

#include "fleet/host_census.hpp"
#include "fleet/sql/migrations.hpp"
#include "fleet/sql/sql_states.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/rules/breaker.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::fleet {

namespace {

using namespace std::chrono_literals;
using verdict_kind = ports::moment_verdict::kind;

constexpr std::chrono::seconds beat_every{30};
constexpr double beat_jitter = 0.2;
constexpr std::chrono::seconds knock_every{5};  ///< while it is not let in
constexpr std::chrono::seconds tell_again_after{2};
constexpr std::chrono::seconds announce_again_after{10};
constexpr std::size_t outbox_max = 10'000;

core::wall_time wall_now() noexcept { return async::this_loop().clock().wall_now(); }

/// Why a call brought nothing, for a person; empty: it brought something.
template <typename T>
std::string trouble_of(const reply<T>& r) {
    if (const unknown* const lost = std::get_if<unknown>(&r)) {
        return lost->why;
    }
    if (const not_sent* const kept = std::get_if<not_sent>(&r)) {
        return kept->why;
    }
    if (const refused* const no = std::get_if<refused>(&r)) {
        return no->text;
    }
    return {};
}

/// Why this program must not work with a database; empty: it may.
std::string why_unfit(const reply<ledger_schema>& answer) {
    const ledger_schema* const is = std::get_if<ledger_schema>(&answer);
    if (is == nullptr) {
        return trouble_of(answer);
    }
    const schema_standing standing = standing_of(is->version, is->reads_from);
    const bool is_fit = standing == schema_standing::current || standing == schema_standing::newer;
    return is_fit ? std::string() : "the database is of " + describe(standing, is->version);
}

in_a_row row_of(core::verdict v) noexcept {
    return v == core::verdict::recovered ? in_a_row::success
           : core::belongs_to_the_row(v) ? in_a_row::failure
                                         : in_a_row::neither;
}

core::guard guard_named(const std::string& name) { return core::parse_guard(name).value_or(core::guard::no_permit); }

}  // namespace

member::member(ledger& of, identity self, needs n) : ledger_(of), self_(std::move(self)), needs_(std::move(n)) {}

void member::follow(std::vector<shared_group> groups) {
    for (auto& [name, p] : parts_) {
        p.is_followed = false;
    }
    for (shared_group& g : groups) {
        std::string name = g.name;
        part& p =
            parts_.try_emplace(std::move(name), part{.terms = g, .known = group_part(g.name, g.plan)}).first->second;
        p.known.follow(g.plan);
        p.is_announced = p.is_announced && p.terms.plan == g.plan && p.terms.terms == g.terms;
        p.terms = std::move(g);
        p.is_followed = true;
    }
    asks_.set();
}

async::awaitable<void> member::run() {
    const async::frame here;
    co_await async::with_group("fleet", [this](async::task_group& tasks) -> async::awaitable<void> {
        tasks.spawn("outbox", tell_ends());
        tasks.spawn("plans", announce());
        return beat();
    });
}

/// Says hello until it is let in.
async::awaitable<void> member::enter() {
    const async::frame here;
    for (;;) {
        const reply<ledger_schema> schema = co_await ledger_.schema();
        const std::string unfit = why_unfit(schema);
        if (!unfit.empty()) {
            absent_because(unfit);
            co_await async::sleep_for(knock_every);
            continue;
        }
        const core::wall_time before = wall_now();
        const reply<greeting> answer = co_await ledger_.hello(self_.who);
        if (const greeting* const g = std::get_if<greeting>(&answer)) {
            note_clock(before, g->now, wall_now());
            absent_because(g->same_machine ? "host " + *g->same_machine +
                                                 " of this fleet runs on this machine as well, and acts on the same "
                                                 "targets: stop one of the two"
                                           : std::string());
            break;
        }
        absent_because(trouble_of(answer));
        co_await async::sleep_for(knock_every);
    }
    const reply<std::vector<granted_act>> left = co_await ledger_.left_over();
    if (const auto* const acts = std::get_if<std::vector<granted_act>>(&left)) {
        for (const granted_act& a : *acts) {
            outbox_.emplace_back(end_of_act{.group = a.group,
                                            .what = {.message = a.message,
                                                     .verdict = std::string(core::to_string(core::verdict::cancelled)),
                                                     .has_acted = true},
                                            .is_down = true});
            outbox_has_more_.set();
        }
    }
    for (auto& [name, p] : parts_) {
        p.is_announced = false;
    }
    asks_.set();
}

/// Of each plan that the fleet has not heard of yet, again and again until it has.
async::awaitable<void> member::announce() {
    const async::frame here;
    for (;;) {
        asks_.clear();
        bool is_complete = true;
        for (auto& [name, p] : parts_) {  // a part stays where it is
            if (p.is_followed && !p.is_announced && absent_because_.empty()) {
                co_await vote(p);
            }
            is_complete = is_complete && (!p.is_followed || p.is_announced);
        }
        if (is_complete) {
            co_await asks_.wait();
        } else {
            const bool is_asked = (co_await async::with_timeout(asks_.wait(), announce_again_after)).has_value();
            (void)is_asked;
        }
    }
}

async::awaitable<void> member::beat() {
    const async::frame here;
    co_await enter();
    for (;;) {
        const double jitter = 1 + beat_jitter * (2 * needs_.random.uniform() - 1);
        co_await async::sleep_for(std::chrono::duration_cast<std::chrono::nanoseconds>(beat_every * jitter));
        const core::wall_time before = wall_now();
        const reply<heartbeat> answer = co_await ledger_.beat(clock_ahead_, false);
        if (const heartbeat* const h = std::get_if<heartbeat>(&answer)) {
            halts_heard_ += h->is_halted && !is_halted_ ? 1 : 0;
            is_halted_ = h->is_halted;
            note_clock(before, h->now, wall_now());
        } else if (const refused* const no = std::get_if<refused>(&answer)) {
            absent_because(no->text);
            co_await enter();
        }
    }
}

async::awaitable<void> member::leave() {
    const async::frame here;
    (void)co_await ledger_.beat(clock_ahead_, true);
}

/// Says which plan it follows, where that is not the group's.
async::awaitable<void> member::vote(part& p) {
    const async::frame here;
    const reply<proposed> answer =
        co_await ledger_.propose(p.terms.name, p.terms.plan, p.terms.terms, p.known.version());
    const proposed* const told = std::get_if<proposed>(&answer);
    if (told == nullptr) {
        const refused* const no = std::get_if<refused>(&answer);
        if (no != nullptr && std::exchange(p.told_trouble, no->text) != no->text) {
            needs_.observer.warn("group '" + p.terms.name + "': " + no->text);
        }
        co_return;
    }
    p.is_announced = told->answer != proposal_answer::waiting;
    p.told_trouble.clear();
    p.known.hear(told->version);
    if (told->answer == proposal_answer::other_config) {
        needs_.observer.warn("group '" + p.terms.name +
                             "': the fleet follows another plan or other limits than this host's config, which stands "
                             "aside; \"mayhem fleet adopt " +
                             p.terms.name + "\" moves the fleet to it");
    }
}

bool member::has(const std::string& group) const {
    const auto found = parts_.find(group);
    return found != parts_.end() && found->second.is_followed;
}

std::map<std::string, part_counts> member::counts() const {
    std::map<std::string, part_counts> all;
    for (const auto& [name, p] : parts_) {
        all.emplace(name, p.counts);
    }
    return all;
}

async::awaitable<ports::moment_verdict> member::decide(ports::shared_moment m, ports::member_source& of) {
    const async::frame here;
    part* const p = find(m.group);
    ports::moment_verdict v = co_await take_part_in(std::move(m), of);
    if (p != nullptr) {
        p->counts.count(v);
    }
    co_return v;
}

async::awaitable<std::optional<core::guard>> member::claim(const core::message& m) {
    const async::frame here;
    part* const p = find(m.group);
    const std::optional<core::guard> no = co_await ask_leave(m);
    if (p != nullptr) {
        p->counts.count(no);
    }
    co_return no;
}

async::awaitable<ports::moment_verdict> member::take_part_in(ports::shared_moment m, ports::member_source& of) {
    const async::frame here;
    part* const p = find(m.group);
    if (const std::string why = absence(); p == nullptr || !why.empty()) {
        co_return ports::moment_verdict{.detail = why};
    }
    planned_moment moment{.at = m.at, .message = m.message, .expires_at = m.expires_at};
    for (const ports::shared_moment::missed& missed : m.missed_before) {
        moment.missed_before.push_back({.moment = missed.at, .message = missed.message});
    }
    host_census census(of, {.seed = p->terms.seed, .group = p->terms.name, .host = self_.host}, m.lasts, p->said);
    part_end end = co_await take_part(ledger_, p->known, std::move(moment),
                                      {.host = self_.host, .census_wait = needs_.census_wait}, census);
    const bool was_told = end.what != part_end::kind::undecided && end.what != part_end::kind::refused;
    if (was_told) {
        p->counts.told_at = async::this_loop().now().time_since_epoch();
    }
    switch (end.what) {
        case part_end::kind::mine:
            co_return ports::moment_verdict{
                .what = verdict_kind::mine, .target = end.act->target, .incarnation = end.act->incarnation};
        case part_end::kind::others: co_return ports::moment_verdict{.what = verdict_kind::others};
        case part_end::kind::skipped:
            co_return ports::moment_verdict{
                .what = verdict_kind::skipped, .reason = guard_named(end.reason), .detail = "decided by the fleet"};
        case part_end::kind::undecided: co_return ports::moment_verdict{.detail = std::move(end.reason)};
        case part_end::kind::refused: hear(*end.refusal); co_return ports::moment_verdict{.detail = end.refusal->text};
        case part_end::kind::out_of_step: break;
    }
    if (end.reason == "other_config") {
        p->is_announced = false;
        asks_.set();
        co_return ports::moment_verdict{.reason = core::guard::other_config};
    }
    co_return ports::moment_verdict{.detail = "this host's clock is ahead of the database's by more than a second"};
}

async::awaitable<std::optional<core::guard>> member::ask_leave(const core::message& m) {
    const async::frame here;
    part* const p = find(m.group);
    if (p == nullptr || !absence().empty()) {
        co_return core::guard::no_fleet;
    }
    const reply<claimed> answer = co_await ledger_.claim({.message = m.id,
                                                          .nonce = core::uuid::random(needs_.random),
                                                          .plan = p->terms.plan,
                                                          .known_version = p->known.version()});
    if (const refused* const no = std::get_if<refused>(&answer)) {
        hear(*no);
        co_return core::guard::no_fleet;
    }
    const claimed* const c = std::get_if<claimed>(&answer);
    if (c == nullptr) {
        const bool is_lost = std::holds_alternative<unknown>(answer);
        needs_.observer.warn(core::to_string(m) + " is not acted on: the fleet's leave is not there (" +
                             trouble_of(answer) + ")");
        co_return is_lost ? core::guard::no_permit : core::guard::no_fleet;
    }
    p->known.hear(c->version);
    switch (c->answer) {
        case claim_answer::ok: permits_[m.id] = c->sent + permit; co_return std::nullopt;
        case claim_answer::refused: co_return guard_named(c->reason);
        case claim_answer::ok_before:
        case claim_answer::unknown: break;
    }
    co_return core::guard::no_permit;
}

std::optional<core::guard> member::withdrawn(const core::message& m) const noexcept {
    const auto found = permits_.find(m.id);
    return found != permits_.end() && needs_.boot_time() < found->second ? std::nullopt
                                                                         : std::optional(core::guard::no_permit);
}

void member::settle(const core::message& m, const core::outcome& o) {
    permits_.erase(m.id);
    const bool is_over = o.disposition != core::disposition::nacked;
    const bool has_acted = core::may_have_acted(o.verdict);
    const std::string verdict(core::to_string(o.verdict));
    attempt_note note{.message = m.id,
                      .attempt = o.attempt,
                      .group = m.group,
                      .target = m.target.id,
                      .planned_at = m.planned_at,
                      .started_at = o.started_at,
                      .ended_at = o.ended_at,
                      .verdict = verdict,
                      .refused_by = o.refused_by ? std::string(core::to_string(*o.refused_by)) : std::string(),
                      .recovery = o.recovery,
                      .error = o.error};
    if (outbox_.size() >= outbox_max) {
        outbox_.erase(outbox_.begin() + 1);  // the first is being told
    }
    if (is_over || has_acted) {
        outbox_.emplace_back(end_of_act{.group = m.group,
                                        .what = {.message = m.id,
                                                 .verdict = verdict,
                                                 .has_acted = has_acted,
                                                 .row = row_of(o.verdict),
                                                 .opens_breaker = o.opens_breaker},
                                        .is_down = has_acted && o.verdict != core::verdict::recovered});
    }
    outbox_.emplace_back(std::move(note));
    outbox_has_more_.set();
}

async::awaitable<void> member::tell_ends() {
    const async::frame here;
    for (;;) {
        while (outbox_.empty() || !absent_because_.empty()) {
            outbox_has_more_.clear();
            co_await outbox_has_more_.wait();
        }
        const bool is_told = co_await tell(outbox_.front());
        if (is_told) {
            outbox_.pop_front();
        } else {
            co_await async::sleep_for(tell_again_after);
        }
    }
}

async::awaitable<bool> member::tell(letter l) {
    const async::frame here;
    if (attempt_note* const n = std::get_if<attempt_note>(&l)) {
        const reply<bool> answer = co_await ledger_.note(std::move(*n));
        if (const refused* const no = std::get_if<refused>(&answer)) {
            hear(*no);
        }
        co_return std::holds_alternative<bool>(answer) || std::holds_alternative<refused>(answer);
    }
    end_of_act& end = std::get<end_of_act>(l);
    part* const p = find(end.group);
    if (p == nullptr) {
        co_return true;  // a group that is shared no longer
    }
    const std::vector<core::uuid>& left_out = p->said.taken;
    const bool was_counted = std::ranges::find(left_out, end.what.message) == left_out.end();
    end.what.standing = p->said.standing - (end.is_down && was_counted && p->said.standing > 0 ? 1 : 0);
    end.what.seq = p->known.next_seq();
    end.what.known_version = p->known.version();
    const reply<settled_act> answer = co_await ledger_.settle(end.what);
    if (const settled_act* const done = std::get_if<settled_act>(&answer)) {
        p->known.hear(done->version);
        co_return true;
    }
    if (const refused* const no = std::get_if<refused>(&answer)) {
        hear(*no);
        co_return no->sqlstate != sql_states::name_taken.code;  // once it is let in again, it is told again
    }
    co_return false;
}

void member::hear(const refused& no) {
    if (no.sqlstate == sql_states::name_taken.code) {
        absent_because(no.text);  // the next beat knocks again
        return;
    }
    needs_.observer.warn("the fleet's database refuses: " + no.text);
}

void member::note_clock(core::wall_time before, core::wall_time database, core::wall_time after) {
    clock_ahead_ = (before + (after - before) / 2) - database;
}

void member::absent_because(std::string why) {
    if (!why.empty() && why != absent_because_) {
        needs_.observer.warn("this host takes no part in its fleet: " + why);
    }
    absent_because_ = std::move(why);
    if (absent_because_.empty()) {
        outbox_has_more_.set();
    }
}

std::string member::absence() const {
    if (!absent_because_.empty()) {
        return absent_because_;
    }
    if (clock_ahead_ && (*clock_ahead_ > clock_offset_max || *clock_ahead_ < -clock_offset_max)) {
        return "this host's clock differs from the database's by " +
               core::format_duration(std::chrono::duration_cast<std::chrono::nanoseconds>(*clock_ahead_)) +
               ", more than a second";
    }
    return {};
}

member::part* member::find(const std::string& group) {
    const auto found = parts_.find(group);
    return found == parts_.end() ? nullptr : &found->second;
}

}  // namespace mayhem::fleet
