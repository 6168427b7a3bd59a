#include "sim/judge/event_json.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "sim/judge/event_fields.hpp"
#include "sim/judge/event_names.hpp"
#include "sim/judge/json_reader.hpp"
#include "sim/judge/json_writer.hpp"

namespace mayhem::sim {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

template <typename Point>
ordered_json to_json(const interval<Point>& i) {
    const auto count = [](const Point& p) {
        if constexpr (std::is_same_v<Point, core::wall_time>) {
            return p.time_since_epoch().count();
        } else {
            return p.count();
        }
    };
    return i.is_point() ? ordered_json(count(i.earliest)) : ordered_json{count(i.earliest), count(i.latest)};
}

template <std::size_t Index>
void read_payload(json_reader& reader, payload& to) {
    fields(reader, to.emplace<Index>());
}

using read_function = void (*)(json_reader&, payload&);

/// One for each type of the variant, in its order.
template <std::size_t... Indices>
constexpr std::array<read_function, sizeof...(Indices)> make_readers(std::index_sequence<Indices...>) {
    return {read_payload<Indices>...};
}
constexpr auto readers = make_readers(std::make_index_sequence<std::variant_size_v<payload>>{});

core::failure<std::string> because(std::string why) { return {std::move(why)}; }

}  // namespace

std::string to_line(const event& e) {
    ordered_json line;
    line["seq"] = e.at.seq;
    line["steady_us"] = to_json(e.at.steady);
    line["wall_us"] = to_json(e.at.wall);
    line["host"] = e.host;
    line["event"] = event_names[e.what.index()];
    json_writer writer(line);
    std::visit([&writer](const auto& p) { fields(writer, p); }, e.what);
    return core::json_line(line);
}

core::result<event> parse_line(std::string_view line) {
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object()) {
        return because(object.is_discarded() ? "is no JSON" : "is no JSON object");
    }
    event e;
    std::string error;
    std::string kind;
    json_reader reader(object, error);
    reader("seq", e.at.seq);
    reader("steady_us", e.at.steady);
    reader("wall_us", e.at.wall);
    reader("host", e.host);
    reader("event", kind);
    if (!error.empty()) {
        return because(error);
    }
    const auto* const found = std::ranges::find(event_names, kind);
    if (found == event_names.end()) {
        return because("field \"event\" is \"" + kind + "\", which is no event");
    }
    readers[static_cast<std::size_t>(found - event_names.begin())](reader, e.what);
    reader.finish();
    return error.empty() ? core::result<event>(std::move(e)) : because(error);
}

}  // namespace mayhem::sim
