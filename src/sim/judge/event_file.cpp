#include "sim/judge/event_file.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "sim/judge/event_json.hpp"

namespace mayhem::sim {

namespace {

constexpr std::size_t line_max = std::size_t{1} << 20U;
constexpr std::size_t events_max = 10'000'000;

core::failure<std::string> bad_line(std::size_t number, const std::string& why) {
    return {"line " + std::to_string(number) + ": " + why};
}

}  // namespace

core::result<std::vector<event>> read_events(std::istream& from) {
    std::vector<event> events;
    std::map<std::uint64_t, std::size_t> lines;
    std::string line;
    for (std::size_t number = 1; std::getline(from, line); ++number) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (line.size() > line_max || events.size() == events_max) {
            return bad_line(number, line.size() > line_max ? "it is longer than a mebibyte"
                                                           : "there are more than ten million events");
        }
        core::result<event> e = parse_line(line);
        if (!e) {
            return bad_line(number, e.error());
        }
        const auto [known, is_new] = lines.try_emplace(e->at.seq, number);
        if (!is_new) {
            return bad_line(number, "field \"seq\" is " + std::to_string(e->at.seq) + ", like that of line " +
                                        std::to_string(known->second));
        }
        events.push_back(std::move(*e));
    }
    if (from.bad()) {
        return core::failure<std::string>{"it cannot be read to its end"};
    }
    std::ranges::sort(events, {}, [](const event& e) { return std::pair(e.at.steady.earliest, e.at.seq); });
    return events;
}

}  // namespace mayhem::sim
