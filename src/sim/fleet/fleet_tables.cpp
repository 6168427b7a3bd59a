#include "sim/fleet/fleet_tables.hpp"

#include <algorithm>

#include "fleet/sql/sql_states.hpp"

namespace mayhem::sim {

namespace {

namespace states = fleet::sql_states;
using namespace std::chrono_literals;

constexpr core::duration present_for = 90s;

fleet::granted_act told(core::uuid message, const fleet_tables::act& a) {
    return {.message = message,
            .group = a.group,
            .planned_at = a.planned_at,
            .target = a.victim.target,
            .incarnation = a.victim.incarnation,
            .granted_at = a.granted_at,
            .expires_at = a.expires_at,
            .is_open = a.state == fleet_tables::act_state::granted};
}

std::string no_group(const std::string& name) {
    return "there is no group \"" + name + "\"; \"mayhem fleet adopt " + name + "\" makes it";
}

}  // namespace

core::zone zone_of(const std::string& name) {
    const core::result<core::zone> z = core::zone::find(name);
    if (!z) {
        throw call_refused(states::bad_value.code, "this database does not know the time zone \"" + name + "\"");
    }
    return *z;
}

void fleet_tables::adopt(const std::string& name, const std::string& plan, const fleet_terms& terms,
                         core::wall_time now) {
    (void)zone_of(terms.zone);
    groups_.try_emplace(name, group{.plan = plan, .terms = terms, .last = now});
    group& g = lock(name, std::nullopt);
    g.plan = plan;
    g.terms = terms;
    note_down(name, g, now, "adopt", "operator", {}, plan);
}

int fleet_tables::resume(const std::string& name, core::wall_time now) {
    if (!name.empty()) {
        (void)lock(name, std::nullopt);
    }
    int ended = 0;
    for (auto& [id, h] : halts_) {
        if (!h.is_over && h.group == name) {
            h.is_over = true;
            ++ended;
        }
    }
    if (ended > 0) {
        journal_.push_back({.at = now, .group = name, .what = "resume", .who = "operator"});
    }
    return ended;
}

bool fleet_tables::close_breaker(const std::string& name, core::wall_time now) {
    group& g = lock(name, std::nullopt);
    if (!g.breaker) {
        return false;
    }
    g.breaker.reset();
    g.failures = 0;
    note_down(name, g, now, "close_breaker", "operator", {});
    return true;
}

void fleet_tables::accept_loss(const std::string& name, core::wall_time now) {
    group& g = lock(name, std::nullopt);
    g.version += 1'000'000'000;
    g.last = std::max(g.last, now);
    note_down(name, g, now, "accept_loss", "operator", {});
}

fleet::greeting fleet_tables::hello(const speaker& by, const fleet::newcomer& n, core::wall_time now) {
    const auto found = hosts_.find(by.host);
    if (found == hosts_.end()) {
        throw call_refused(states::wrong_role.code, "no role speaks for host \"" + by.host + "\"");
    }
    host& h = found->second;
    const bool may_speak = !h.has_spoken || h.life == by.life ||
                           (h.record == n.record && h.life_number < n.life_number) || h.is_leaving ||
                           h.seen_at < now - present_for;
    if (!may_speak) {
        throw call_refused(states::name_taken.code,
                           "another daemon speaks for host \"" + by.host +
                               "\" now; it has to be silent for 90 s first, or is this a copy of that host?");
    }
    h = {.life = by.life,
         .life_number = n.life_number,
         .record = n.record,
         .machine = n.machine,
         .seen_at = now,
         .is_leaving = false,
         .has_spoken = true};
    fleet::greeting g{.now = now};
    for (const auto& [name, other] : hosts_) {
        if (!g.same_machine && name != by.host && !n.machine.empty() && other.machine == n.machine &&
            other.seen_at > now - present_for && !other.is_leaving) {
            g.same_machine = name;
        }
    }
    return g;
}

fleet::heartbeat fleet_tables::beat(const speaker& by, bool leaving, core::wall_time now) {
    (void)must_be_host(by);
    host& h = hosts_.at(by.host);
    h.seen_at = now;
    h.is_leaving = leaving;
    if (leaving) {
        std::erase_if(answers_, [&by](const auto& a) { return a.first.second == by.host; });
        std::erase_if(votes_, [&by](const auto& v) { return v.first.second == by.host; });
    }
    const fleet::fleet_news news = poll(by, now);
    return {.now = now, .is_halted = news.is_halted, .grants = news.grants};
}

fleet::fleet_news fleet_tables::poll(const speaker& by, core::wall_time now) const {
    fleet::fleet_news news{.is_halted = is_halted({})};
    std::vector<std::pair<core::wall_time, core::uuid>> granted;
    for (const auto& [message, a] : acts_) {
        if (a.host == by.host && a.state == act_state::granted) {
            granted.emplace_back(a.granted_at, message);
        }
    }
    std::ranges::sort(granted);
    for (const auto& [at, message] : granted) {
        news.grants.push_back(message);
    }
    for (const auto& [name, g] : groups_) {
        if (g.proposing_until > now) {
            news.questions.push_back({.group = name, .census = g.census, .draw = g.draw});
        }
    }
    return news;
}

std::optional<fleet::census_question> fleet_tables::ask(const speaker& by, const std::string& name,
                                                        core::wall_time moment, core::wall_time now) {
    (void)must_be_host(by);
    const group& known = find(name);
    if (known.last >= moment) {
        return std::nullopt;
    }
    group& g = groups_.at(name);
    const bool may_ask = g.proposing_until < now || g.proposer == by.host;
    if (may_ask) {
        ++g.census;
        g.proposer = by.host;
        g.proposing_until = now + 3s;
    }
    return fleet::census_question{.group = name, .census = may_ask ? g.census : 0, .draw = g.draw};
}

fleet::group_standing fleet_tables::answer(const speaker& by, const fleet::census_answer& a, core::wall_time now) {
    (void)must_be_host(by);
    const group& g = find(a.group);
    if (a.standing > a.members) {
        throw call_refused("23514", "more members stand than there are");
    }
    const of_group key{a.group, by.host};
    std::uint32_t& most = members_[key][std::chrono::floor<std::chrono::hours>(now)];
    most = std::max(most, a.members);
    std::erase_if(members_[key], [now](const auto& m) { return m.first < now - 26h; });

    const auto found = answers_.find(key);
    if (found == answers_.end()) {
        answers_[key] = {.life = by.life, .what = a, .moment = a.moment.value_or(core::wall_time::min()), .at = now};
    } else if (said& s = found->second; s.life != by.life || s.what.seq < a.seq) {
        const bool is_same_life = s.life == by.life;
        const core::wall_time moment = a.moment.value_or(core::wall_time::min());
        const std::uint64_t census = is_same_life ? std::max(s.what.census, a.census) : a.census;
        s.moment = is_same_life ? std::max(s.moment, moment) : moment;
        s.what = a;
        s.what.census = census;
        s.life = by.life;
        s.at = now;
    }
    return {.draw = g.draw, .is_decided = a.moment && g.last >= *a.moment, .last = g.last, .version = g.version};
}

fleet::turnout fleet_tables::answered(const std::string& name, std::optional<std::uint64_t> census,
                                      core::wall_time moment, core::wall_time now) const {
    fleet::turnout t;
    for (const auto& [key, s] : answers_) {
        const bool answers = census ? s.what.census >= *census : s.moment >= moment;
        t.answered += key.first == name && answers ? 1 : 0;
    }
    for (const auto& [host_name, h] : hosts_) {
        t.present += h.seen_at > now - present_for && !h.is_leaving ? 1 : 0;
    }
    return t;
}

std::optional<fleet::granted_act> fleet_tables::grant_of(const speaker& by, core::uuid message) const {
    const auto found = acts_.find(message);
    if (found == acts_.end() || found->second.host != by.host) {
        return std::nullopt;
    }
    return told(message, found->second);
}

std::vector<fleet::granted_act> fleet_tables::left_over(const speaker& by) const {
    std::vector<std::pair<core::wall_time, core::uuid>> left;
    for (const auto& [message, a] : acts_) {
        if (a.host == by.host && a.state == act_state::claimed && a.life != by.life) {
            left.emplace_back(*a.claimed_at, message);
        }
    }
    std::ranges::sort(left);
    std::vector<fleet::granted_act> acts;
    for (const auto& [at, message] : left) {
        acts.push_back(told(message, acts_.at(message)));
    }
    return acts;
}

fleet::claimed fleet_tables::claim(const speaker& by, const fleet::claim_case& c, core::wall_time now) {
    (void)must_be_host(by);
    const auto found = acts_.find(c.message);
    if (found == acts_.end() || found->second.host != by.host) {
        return {};
    }
    act& a = found->second;
    group& g = lock(a.group, c.known_version);
    fleet::claimed answer{.answer = fleet::claim_answer::refused, .version = g.version};
    const bool has_fallen = std::ranges::any_of(acts_, [&a](const auto& other) {
        const act& x = other.second;
        return x.group == a.group && x.host == a.host && x.victim.target == a.victim.target &&
               x.victim.incarnation == a.victim.incarnation && x.claimed_at && x.counts;
    });
    if (a.state == act_state::claimed && a.nonce == c.nonce) {
        answer.answer = fleet::claim_answer::ok_before;
        return answer;
    }
    if (a.state != act_state::granted) {
        answer.reason = "no_permit";
    } else if (g.plan != c.plan) {
        answer.reason = "other_config";
    } else if (is_halted(a.group)) {
        answer.reason = "halted";
    } else if (g.breaker) {
        answer.reason = "breaker_open";
    } else if (now > a.expires_at) {
        answer.reason = "expired";
    } else if (now > a.census_at + census_valid || now > a.granted_at + grant_valid) {
        answer.reason = "no_permit";
    } else if (has_fallen) {
        answer.reason = "already_restarted";
    } else {
        answer.answer = fleet::claim_answer::ok;
        a.state = act_state::claimed;
        a.claimed_at = now;
        a.life = by.life;
        a.nonce = c.nonce;
    }
    if (!answer.reason.empty() && a.state == act_state::granted) {
        a.state = act_state::settled;
        a.counts = false;
        a.verdict = answer.reason;
    }
    note_down(a.group, g, now, answer.reason.empty() ? "claim" : "refused", by.host, c.message, answer.reason);
    return answer;
}

fleet::settled_act fleet_tables::settle(const speaker& by, const fleet::settlement_case& s, core::wall_time now) {
    (void)must_be_host(by);
    const auto found = acts_.find(s.message);
    if (found == acts_.end() || found->second.host != by.host) {
        return {};
    }
    act& a = found->second;
    group& g = lock(a.group, s.known_version);
    fleet::settled_act answer{.answer = fleet::settle_answer::ok, .version = g.version};
    if (const auto mine = answers_.find({a.group, by.host});
        mine != answers_.end() && mine->second.life == by.life && mine->second.what.seq < s.seq) {
        fleet::census_answer& what = mine->second.what;
        what.standing = std::min(s.standing, what.members);
        what.seq = s.seq;
        std::erase(what.taken, s.message);
    }
    const bool had_no_permit = s.has_acted && !a.claimed_at && !(a.state == act_state::settled && a.counts);
    if (had_no_permit) {
        open_breaker(g, "host " + by.host + " acted on " + a.victim.target + " without a permit");
    }
    if (!is_open(a) && !had_no_permit) {
        answer.answer = fleet::settle_answer::already;
        if (a.state == act_state::lost && a.verdict.empty()) {
            a.verdict = s.verdict;
            note_down(a.group, g, now, "settle", by.host, s.message, s.verdict);
        }
        return answer;
    }
    a.state = act_state::settled;
    a.verdict = s.verdict;
    a.counts = s.has_acted;
    if (s.row != fleet::in_a_row::neither) {
        g.failures = s.row == fleet::in_a_row::failure ? g.failures + 1 : 0;
    }
    if (!s.opens_breaker.empty()) {
        open_breaker(g, s.opens_breaker);
    } else if (s.row == fleet::in_a_row::failure && g.terms.max_failures > 0 && g.failures >= g.terms.max_failures) {
        open_breaker(g, std::to_string(g.failures) + " failures in a row");
    }
    note_down(a.group, g, now, "settle", by.host, s.message, s.verdict);
    return answer;
}

bool fleet_tables::note(const speaker& by, const fleet::attempt_note& n) {
    (void)must_be_host(by);
    return outcomes_.emplace(n.message, n.attempt).second;
}

fleet::proposed fleet_tables::propose(const speaker& by, const std::string& name, const std::string& plan,
                                      const std::string& terms, std::uint64_t known, core::wall_time now) {
    (void)must_be_host(by);
    const group& found = find(name);
    fleet::proposed p{.version = found.version};
    if (found.plan == plan) {
        votes_.erase({name, by.host});
        p.answer = fleet::proposal_answer::same;
        return p;
    }
    fleet_terms wanted = terms_in(terms);
    wanted.may_majority_adopt = found.terms.may_majority_adopt;
    vote& mine = votes_[{name, by.host}];
    const bool is_said_again = mine.plan == plan && mine.terms == wanted && mine.life == by.life;
    mine = {.life = by.life, .plan = plan, .terms = wanted, .since = is_said_again ? mine.since : now};
    if (!found.terms.may_majority_adopt) {
        p.answer = fleet::proposal_answer::other_config;
        return p;
    }
    group& g = lock(name, known);
    p.version = g.version;
    std::size_t present = 0;
    std::size_t votes = 0;
    for (const auto& [host_name, h] : hosts_) {
        const auto v = votes_.find({name, host_name});
        const auto shown_members = members_.find({name, host_name});
        const bool is_member =
            v != votes_.end() ||
            (shown_members != members_.end() &&
             std::ranges::any_of(shown_members->second, [now](const auto& m) { return m.first > now - 25h; }));
        if (h.seen_at <= now - present_for || h.is_leaving || !is_member) {
            continue;
        }
        ++present;
        const bool agrees = v != votes_.end() && v->second.plan == plan && v->second.terms == wanted &&
                            v->second.life == h.life && v->second.since <= now - 60s;
        votes += agrees ? 1 : 0;
    }
    if (votes * 2 <= present) {
        p.answer = fleet::proposal_answer::waiting;
        return p;
    }
    g.plan = plan;
    g.terms = wanted;
    std::erase_if(votes_, [&](const auto& v) { return v.first.first == name && v.second.plan == plan; });
    note_down(name, g, now, "adopt", by.host, {}, plan);
    p.answer = fleet::proposal_answer::moved;
    return p;
}

fleet::halt_standing fleet_tables::halt(core::uuid id, const std::string& name, const std::string& by,
                                        core::wall_time now) {
    if (!name.empty() && !groups_.contains(name)) {
        throw call_refused(states::unknown_name.code, "there is no group \"" + name + "\" to be halted");
    }
    const auto [h, is_new] = halts_.try_emplace(id, halted{.group = name, .at = now});
    if (is_new) {
        journal_.push_back({.at = now, .group = name, .what = "halt", .who = by});
    }
    return {.at = h->second.at, .stands = !h->second.is_over};
}

bool fleet_tables::is_halted(const std::string& name) const {
    return std::ranges::any_of(halts_, [&name](const auto& h) {
        return !h.second.is_over && (h.second.group.empty() || h.second.group == name);
    });
}

const fleet_tables::host& fleet_tables::must_be_host(const speaker& by) const {
    const auto found = hosts_.find(by.host);
    if (found == hosts_.end()) {
        throw call_refused(states::wrong_role.code, "no role speaks for host \"" + by.host + "\"");
    }
    if (!found->second.has_spoken || found->second.life != by.life) {
        throw call_refused(states::name_taken.code,
                           "another daemon, or another life of this one, speaks for host \"" + by.host + "\" now");
    }
    return found->second;
}

const fleet_tables::group& fleet_tables::find(const std::string& name) const {
    const auto found = groups_.find(name);
    if (found == groups_.end()) {
        throw call_refused(states::unknown_name.code, no_group(name));
    }
    return found->second;
}

fleet_tables::group& fleet_tables::lock(const std::string& name, std::optional<std::uint64_t> known) {
    const auto found = groups_.find(name);
    if (found == groups_.end()) {
        throw call_refused(states::unknown_name.code, no_group(name));
    }
    group& g = found->second;
    if (known && g.version + 1 <= *known) {
        throw call_refused(states::ledger_lost.code, "group \"" + name + "\" is at version " +
                                                         std::to_string(g.version) + " here, and was at " +
                                                         std::to_string(*known) + " before");
    }
    ++g.version;
    return g;
}

void fleet_tables::open_breaker(group& g, const std::string& why) {
    if (!g.breaker) {
        g.breaker = why;
    }
}

void fleet_tables::note_down(const std::string& name, const group& g, core::wall_time now, std::string what,
                             std::string who, core::uuid message, std::string detail) {
    journal_.push_back({.at = now,
                        .group = name,
                        .version = g.version,
                        .what = std::move(what),
                        .who = std::move(who),
                        .message = message,
                        .detail = std::move(detail)});
}

}  // namespace mayhem::sim
