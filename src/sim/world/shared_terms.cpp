#include "sim/world/shared_terms.hpp"

#include <algorithm>
#include <initializer_list>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

#include "config/config_file.hpp"
#include "config/fleet_terms.hpp"

namespace mayhem::sim {

namespace {

std::string fleet_section(const std::string& host) {
    return fmt::format(
        "[fleet]\nname = \"shop\"\nhost = \"{0}\"\ndatabase = [\"127.0.0.1:5432\"]\nuser = \"mayhem_{0}\"\n", host);
}

/// A plan of other terms than the fleet's, at the same moments.
std::string with_other_terms(std::string text) {
    const std::string key = "recovery_timeout = \"";
    const std::size_t begin = text.find(key) + key.size();
    return text.replace(begin, text.find('"', begin) - begin, "45s");
}

}  // namespace

shared_terms::shared_terms(core::random_source random, pace speed, std::size_t hosts) : seed_(random.below(1'000'000)) {
    for (std::size_t i = 0; i < hosts; ++i) {
        members_.push_back(1 + random.below(3));
    }
    do {  // limits may leave no room for the mean that was drawn
        text_ = draw_group(random, speed);
    } while (!app::parse_config(fmt::format("seed = {}\n", seed_) + fleet_section("h1") + text_, "drawn"));
}

std::string shared_terms::draw_group(core::random_source& random, pace speed) const {
    const auto pick = [&random](std::initializer_list<const char*> from) {
        return *(from.begin() + static_cast<std::ptrdiff_t>(random.below(from.size())));
    };
    const char* const mean = speed == pace::hectic ? pick({"30s", "1m", "2m", "5m", "20m"})
                             : speed == pace::busy ? pick({"5m", "20m", "1h", "6h"})
                                                   : pick({"1h", "6h", "1d"});
    const std::size_t all = std::accumulate(members_.begin(), members_.end(), std::size_t{0});
    const std::size_t healthy = all - std::min<std::size_t>(all, 1 + random.below(3));
    std::string text = fmt::format(
        "[group.{}]\nscope = \"fleet\"\ndriver = \"process\"\nname = \"{}\"\nmean_time_between = \"{}\"\n"
        "timezone = \"{}\"\ndays = [\"mon-sun\"]\nmin_healthy = {}\nrecovery_timeout = \"{}\"\nstable_for = \"{}\"\n",
        group, group, mean, pick({"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}), healthy,
        pick({"60s", "10s", "2m"}), pick({"0s", "1s", "5s"}));
    text += random.below(3) == 0 ? "hours = [\"01:00-05:30\", \"09:00-17:00\"]\n" : "hours = [\"00:00-24:00\"]\n";
    const auto perhaps = [&](std::uint64_t one_in, const char* line) {
        if (random.below(one_in) == 0) {
            text += line;
            text += '\n';
        }
    };
    perhaps(3, "max_unavailable = 1");
    perhaps(4, "max_per_hour = 2");
    perhaps(4, "max_per_day = 8");
    perhaps(3, "max_failures = 0");
    perhaps(4, "tolerance = \"10s\"");
    perhaps(5, "expires_after = \"10s\"");
    perhaps(5, "min_age = \"10m\"");
    return text;
}

shared_part shared_terms::part_of(std::size_t number) const {
    const std::string host = host_name(number);
    const std::string section = fleet_section(host);
    return {.host = host,
            .seed = seed_,
            .group = group,
            .members = members_.at(number),
            .text = section + text_,
            .other = section + with_other_terms(text_)};
}

shared_terms::adopted shared_terms::to_adopt() const {
    app::config_result read =
        app::parse_config(fmt::format("seed = {}\n", seed_) + fleet_section(host_name(0)) + text_, "drawn");
    const core::result<app::fleet_terms> terms = app::fleet_terms_of(*read, *read->fleet, group);
    if (!terms) {
        throw std::logic_error("a drawn group cannot be shared: " + terms.error());
    }
    return {.plan = terms->plan, .terms = terms->terms};
}

}  // namespace mayhem::sim
