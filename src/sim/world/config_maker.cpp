#include "sim/world/config_maker.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <initializer_list>

#include <fmt/format.h>

#include "config/armed_groups.hpp"
#include "config/config_file.hpp"

namespace mayhem::sim {

namespace {

constexpr std::size_t groups_max = 4;

/// Five minutes of every ten, so that something is always about to end.
std::string short_hours() {
    std::string text = "hours = [";
    for (int minute = 0; minute < 24 * 60; minute += 10) {
        text += fmt::format("{}\"{:02}:{:02}-{:02}:{:02}\"", minute == 0 ? "" : ", ", minute / 60, minute % 60,
                            minute / 60, minute % 60 + 5);
    }
    return text + "]\n";
}

}  // namespace

config_maker::config_maker(core::random_source random, pace speed, std::optional<std::size_t> how_many,
                           std::optional<shared_part> shared)
    : random_(random),
      acts_(random.stream("acts")),
      has_pauses_(acts_.below(4) == 0),
      bonds_(random.stream("bonds")),
      has_bonds_(bonds_.below(3) == 0),
      paces_(random.stream("paces")),
      dryness_(random.stream("dryness")),
      mixes_(random.stream("mixes")),
      speed_(speed),
      shared_(std::move(shared)) {
    const std::string own = shared_ ? shared_->host + "-" : std::string();
    seed_ = random_.below(1'000'000);
    zone_ =
        pick({"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham"});
    const std::size_t drawn = 1 + random_.below(groups_max);
    const std::size_t groups = how_many.value_or(drawn);
    for (std::size_t i = 0; i < groups; ++i) {
        groups_.push_back({.name = fmt::format("{}g{}", own, i), .is_there = true, .text = {}});
        const std::size_t members = 1 + random_.below(5);
        for (std::size_t k = 0; k < members; ++k) {
            members_.push_back({.name = fmt::format("{}cow-{}-{}", own, i, k), .groups = {groups_.back().name}});
        }
    }
    for (herd_member& m : members_) {  // some belong to two groups
        const std::string& other = groups_[random_.below(groups_.size())].name;
        if (random_.below(6) == 0 && m.groups.front() != other) {
            m.groups.push_back(other);
        }
    }
    draw_bonds();
    draw_secrets(random.stream("secrets"));
    for (std::size_t k = 0; shared_ && k < shared_->members; ++k) {
        members_.push_back({.name = fmt::format("{}{}-{}", own, shared_->group, k), .groups = {shared_->group}});
    }
    draw_head();
    for (group& g : groups_) {
        draw_group(g);
    }
}

const char* config_maker::pick(std::initializer_list<const char*> from) {
    return *(from.begin() + static_cast<std::ptrdiff_t>(random_.below(from.size())));
}

/// In some worlds, targets fall with others: of the same group or of another one, and here and there something that
/// nobody may touch.
void config_maker::draw_bonds() {
    if (!has_bonds_) {
        return;
    }
    const std::size_t targets = members_.size();
    for (herd_member& m : members_) {
        const std::string& other = members_[bonds_.below(targets)].name;
        if (bonds_.below(3) == 0 && other != m.name) {
            m.falls_with.push_back(other);
        }
    }
    if (bonds_.below(2) == 0) {
        members_.push_back(
            {.name = "bull", .groups = {}, .falls_with = {members_[bonds_.below(targets)].name}, .is_protected = true});
    }
}

/// In some worlds, targets fall with others, and nobody can tell before.
void config_maker::draw_secrets(core::random_source random) {
    if (random.below(3) != 0) {
        return;
    }
    const std::size_t targets = members_.size();
    for (herd_member& m : members_) {
        const std::string& other = members_[random.below(targets)].name;
        if (random.below(3) == 0 && other != m.name && !m.is_protected) {
            m.secretly_with.push_back(other);
        }
    }
}

/// Who may fall, and how many there are, if the file says so.
std::string config_maker::draw_house(const std::string& name) {
    const auto is_member = [&name](const herd_member& m) { return std::ranges::count(m.groups, name) > 0; };
    std::string text = has_bonds_ && bonds_.below(3) == 0 ? "reach = \"any\"\n" : "";
    if (bonds_.below(2) == 0) {
        text += fmt::format("members = {}\n", std::max<std::ptrdiff_t>(std::ranges::count_if(members_, is_member), 1));
    }
    return text;
}

/// How much slower than usual is too slow, if the file says so.
std::string config_maker::draw_pace() {
    const char* const limits[] = {"", "", "slower_than = \"1x\"\n", "slower_than = \"2x\"\n",
                                  "slower_than = \"3.5x\"\n"};
    return limits[paces_.below(5)];
}

/// Whether the group is a dry run, if it says so itself.
std::string config_maker::draw_dryness() {
    const std::uint64_t drawn = dryness_.below(24);
    return drawn < 2 ? "dry_run = true\n" : drawn < 4 ? "dry_run = false\n" : "";
}

void config_maker::draw_head() {
    is_dry_ = random_.below(12) == 0;
    const char* const lease = pick({"3s", "3s", "500ms", "30s"});
    const char* const extend = lease[0] == '5' ? "200ms" : pick({"2s", "1s"});
    const char* const attempts = pick({"5", "5", "1", "2"});
    const char* const backoff = pick({"1s", "10ms"});
    const char* const backoff_max = pick({"30s", "1s"});
    const char* const capacity = pick({"1024", "1024", "1"});
    const char* const in_flight = pick({"16", "16", "1", "2"});
    const char* const grace = pick({"10s", "10s", "100ms", "1m"});
    head_ = fmt::format(
        "[queue]\nlease = \"{}\"\nmax_attempts = {}\nbackoff = \"{}\"\nbackoff_max = \"{}\"\ncapacity = {}\n"
        "[pipeline]\nmax_in_flight = {}\nextend_every = \"{}\"\n[shutdown]\ngrace = \"{}\"\n",
        lease, attempts, backoff, backoff_max, capacity, in_flight, extend, grace);
}

/// Anew until it is one that a daemon would take: limits may leave no room for the mean that was drawn.
void config_maker::draw_group(group& g) {
    do {
        g.text = draw_text(g.name);
    } while (!app::parse_config(head_ + g.text, "drawn"));
    g.is_there = random_.below(8) != 0;
}

/// In some groups of such worlds, several actions, each with its own terms and weight.
std::string config_maker::draw_acts() {
    if (!has_pauses_ || mixes_.below(3) != 0) {
        return {};
    }
    constexpr std::array processes{R"(action = "signal")", R"(action = "freeze", for = "20s")",
                                   R"(action = "cut", for = "2s")", R"(action = "loss", loss = 30, for = "20s")",
                                   R"(action = "cut", for = "1m")"};
    constexpr std::array containers{R"(action = "restart")", R"(action = "pause", pause_for = "20s")",
                                    R"(action = "cut", for = "20s")", R"(action = "kill", allow_dead = true)",
                                    R"(action = "dns", for = "3m")"};
    const bool is_docker = mixes_.below(3) == 0;
    const auto& known = is_docker ? containers : processes;
    const std::size_t first = mixes_.below(known.size());
    const std::size_t count = 2 + mixes_.below(3);
    std::string text = is_docker ? "driver = \"docker\"\nactions = [" : "driver = \"process\"\nactions = [";
    for (std::size_t i = 0; i < count; ++i) {
        text += fmt::format("{}{{{}, weight = {}}}", i == 0 ? "" : ", ", known[(first + i) % known.size()],
                            1 + mixes_.below(4));
    }
    return text + "]\n";
}

std::string config_maker::draw_by_hand() {
    return has_pauses_ && mixes_.below(3) == 0 ? "by_hand = [\"cut\", \"dns\"]\n" : "";
}

std::string config_maker::draw_act() {
    if (!has_pauses_ || acts_.below(3) == 0) {
        return "driver = \"process\"\n";
    }
    const char* const lengths[] = {"2s", "20s", "3m"};
    if (acts_.below(2) == 0) {
        const char* const delay = "delay\"\nlatency = \"200ms\"\njitter = \"50ms\"";
        const char* const fill = "fill\"\ndirectory = \"/srv\"\nfill_to = 90\nkeep_free = \"64 MiB\"";
        const char* const acts[] = {"freeze\"", fill, "cut\"", "dns\"", "loss\"\nloss = 30", delay};
        const char* const act = acts[acts_.below(6)];
        return fmt::format("driver = \"process\"\naction = \"{}\nfor = \"{}\"\n", act, lengths[acts_.below(3)]);
    }
    const std::uint64_t drawn = acts_.below(4);
    if (drawn == 3) {
        return fmt::format("driver = \"docker\"\naction = \"throttle\"\ncpu = 20\nfor = \"{}\"\n",
                           lengths[acts_.below(3)]);
    }
    return drawn == 1 ? fmt::format("driver = \"docker\"\naction = \"cut\"\nfor = \"{}\"\n", lengths[drawn])
                      : fmt::format("driver = \"docker\"\naction = \"pause\"\npause_for = \"{}\"\n", lengths[drawn]);
}

std::string config_maker::draw_text(const std::string& name) {
    const char* const mean = speed_ == pace::hectic ? pick({"2m", "5m", "20m", "1h", "1d"})
                             : speed_ == pace::busy ? pick({"20m", "1h", "6h", "1d"})
                                                    : pick({"6h", "1d", "1d", "3d"});
    const char* const timeout = pick({"60s", "10s", "2m"});
    const char* const healthy = pick({"", "", "min_healthy = 0\n", "min_healthy = 2\n"});
    const std::string act = draw_act();
    const std::string acts = draw_acts();
    const std::string by_hand = draw_by_hand();
    std::string text =
        fmt::format("[group.{}]\n{}name = \"{}\"\nmean_time_between = \"{}\"\nrecovery_timeout = \"{}\"\n{}", name,
                    acts.empty() ? act : acts, name, mean, timeout, healthy) +
        by_hand + draw_house(name) + draw_pace() + draw_dryness();
    const auto perhaps = [&](std::uint64_t one_in, const char* line) {
        if (random_.below(one_in) == 0) {
            text += line;
            text += '\n';
        }
    };
    if (random_.below(3) == 0) {
        text += random_.below(2) == 0 ? short_hours() : "hours = [\"01:00-05:30\", \"09:00-17:00\"]\n";
    }
    perhaps(6, "days = [\"mon-fri\"]");
    perhaps(3, "max_per_hour = 2");
    perhaps(3, random_.below(2) == 0 ? "max_per_day = 8" : "max_per_day = 2");
    perhaps(3, "max_unavailable = 1");
    perhaps(4, "max_failures = 0");
    perhaps(5, "min_age = \"10m\"");
    perhaps(6, "min_rest = \"30m\"");
    perhaps(4, "tolerance = \"5s\"");
    perhaps(4, "expires_after = \"10s\"");
    perhaps(4, "recovery_poll = \"5s\"");
    text += fmt::format("stable_for = \"{}\"\n", pick({"0s", "0s", "1s", "5s", "20s", "1m"}));
    const bool has_probe = random_.below(4) == 0;
    const bool lasts = has_pauses_ && text.find("action = ") != std::string::npos;
    if (lasts && acts_.below(2) == 0) {
        text += "stop_if = {tcp = \"127.0.0.1:10\"}\n";
    }
    if (lasts && acts_.below(2) == 0) {
        return text + fmt::format("during = \"must_pass\"\n[group.{}.probe]\ntcp = \"127.0.0.1:9\"\n", name);
    }
    if (has_probe) {
        text += fmt::format("[group.{}.probe]\ntcp = \"127.0.0.1:9\"\n", name);
    }
    return text;
}

void config_maker::change() {
    if (random_.below(3) == 0) {
        draw_head();
    }
    group& edited = groups_[random_.below(groups_.size())];
    draw_group(edited);
    edited.is_there = edited.is_there && random_.below(4) != 0;  // what is in hand loses its group
}

std::string config_maker::text() const {
    std::string all = fmt::format("seed = {}\ntimezone = \"{}\"\ndry_run = {}\nhalted = {}\n[log]\nlevel = \"{}\"\n{}",
                                  shared_ ? shared_->seed : seed_, zone_, is_dry_, is_halted, log_level, head_);
    for (const group& g : groups_) {
        if (g.is_there) {
            all += g.text;
        }
    }
    if (shared_) {
        all += has_other_terms ? shared_->other : shared_->text;
    }
    return all;
}

namespace {

std::vector<std::string> acts_of(const app::group_config& g) {
    std::vector<std::string> all;
    for (const app::act_config& a : g.acts) {
        all.push_back(std::to_string(a.weight) + ' ' + core::describe(a.what));
    }
    return all;
}

}  // namespace

config_in_force in_force(const app::config& c, std::uint64_t seed) {
    config_in_force f{.seed = seed,
                      .dry_run = app::is_dry_run(c),
                      .halted = c.halted,
                      .shutdown_grace = std::chrono::duration_cast<core::duration>(c.shutdown_grace),
                      .protected_targets = {},
                      .groups = {}};
    for (const app::group_config& g : c.groups) {
        f.groups.push_back(
            {.name = g.settings.name,
             .schedule = g.settings.schedule.value_or(core::schedule{}),
             .limits = g.settings.limits,
             .members = g.settings.members,
             .slower_than_percent = static_cast<std::size_t>(std::lround(g.settings.limits.slower_than * 100)),
             .is_shared = g.settings.is_shared,
             .dry_run = app::is_dry_run(c, g),
             .may_take_strangers = g.settings.reach == core::reach_policy::any,
             .acts = acts_of(g),
             .must_tolerate = g.settings.during == core::during_policy::must_pass,
             .has_stop_condition = !g.stop_if.empty(),
             .recovery_timeout = std::chrono::duration_cast<core::duration>(g.settings.recovery_timeout),
             .recovery_poll = std::chrono::duration_cast<core::duration>(g.settings.recovery_poll),
             .stable_for = std::chrono::duration_cast<core::duration>(g.settings.stable_for)});
    }
    return f;
}

}  // namespace mayhem::sim
