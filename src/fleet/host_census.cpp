#include "fleet/host_census.hpp"

#include <algorithm>
#include <utility>

#include "fleet/draw_key.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::fleet {

namespace {

constexpr std::size_t taken_max = 64;

}  // namespace

host_census::host_census(ports::member_source& of, order o, core::duration lasts, own_census& said)
    : of_(of), order_(std::move(o)), lasts_(lasts), said_(said) {}

async::awaitable<std::optional<own_census>> host_census::look(draw_position at) {
    const async::frame here;
    std::optional<ports::own_members> own = co_await of_.look();
    if (!own) {
        said_ = {};
        co_return std::nullopt;
    }
    own->under_way.resize(std::min(own->under_way.size(), taken_max));
    own_census seen{.members = static_cast<std::uint32_t>(own->members),
                    .standing = static_cast<std::uint32_t>(own->standing),
                    .taken = std::move(own->under_way)};
    const std::optional<std::size_t> first = smallest(own->eligible, at.round, at.cursor);
    const std::optional<std::size_t> next = smallest(own->eligible, at.round + 1, {});
    std::vector<core::target> offered;
    for (const std::optional<std::size_t>& which : {first, next}) {
        if (which) {
            offered.push_back(own->eligible[*which]);
        }
    }
    std::vector<std::vector<std::string>> falls = co_await of_.falls_with(offered);
    std::size_t told = 0;
    if (first) {
        seen.own = make_offer(offered[told], at.round, std::move(falls[told]));
        ++told;
    }
    if (next) {
        seen.next = make_offer(offered[told], at.round + 1, std::move(falls[told]));
    }
    said_ = seen;
    co_return seen;
}

std::string host_census::key(const core::target& t, std::uint64_t round) const {
    return draw_key(order_.seed, order_.group, round, order_.host, t.id);
}

std::optional<std::size_t> host_census::smallest(const std::vector<core::target>& among, std::uint64_t round,
                                                 const std::string& after) const {
    std::optional<std::size_t> found;
    std::string best;
    for (std::size_t i = 0; i < among.size(); ++i) {
        std::string k = key(among[i], round);
        if (k > after && (!found || k < best)) {
            found = i;
            best = std::move(k);
        }
    }
    return found;
}

offer host_census::make_offer(const core::target& t, std::uint64_t round, std::vector<std::string> falls) const {
    return {
        .key = key(t, round), .target = t.id, .incarnation = t.incarnation, .falls = std::move(falls), .lasts = lasts_};
}

}  // namespace mayhem::fleet
