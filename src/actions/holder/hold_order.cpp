#include "actions/holder/hold_order.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "actions/netfilter/network_peer_text.hpp"
#include "mayhem/core/rules/unit_limits.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::actions {

namespace {

using nlohmann::json;
using direction = core::network_fault::direction;

constexpr std::string_view freeze = "freeze";
constexpr std::string_view fill = "fill";
constexpr std::string_view throttle = "throttle";
constexpr std::size_t spared_max = 8;
constexpr std::size_t numbers_max = 4;
constexpr std::int64_t longest_us = 24LL * 3600 * 1'000'000;
constexpr std::array<std::pair<hold_word::kind, std::string_view>, 4> word_names{{
    {hold_word::kind::held, "held"},
    {hold_word::kind::seen, "seen"},
    {hold_word::kind::refused, "refused"},
    {hold_word::kind::over, "over"},
}};

/// Takes the members of an object one by one; remembers the first that is wrong.
class members {
public:
    explicit members(std::string_view line) : all_(core::parse_json<json>(line)) {
        if (!all_.is_object()) {
            wrong_ = "it is no JSON object";
        }
    }

    std::string text(const char* key) {
        const json* const found = find(key, &json::is_string);
        return found == nullptr ? std::string() : found->get<std::string>();
    }

    bool flag(const char* key) {
        const json* const found = find(key, &json::is_boolean);
        return found != nullptr && found->get<bool>();
    }

    std::int64_t number(const char* key, std::int64_t least, std::int64_t most) {
        const json* const found = find(key, &json::is_number_integer);
        const std::int64_t value = found == nullptr ? least : found->get<std::int64_t>();
        if (found != nullptr && (value < least || value > most)) {
            blame(key, "is out of range");
        }
        return value;
    }

    /// A list, each of whose elements `f` takes: it says what is wrong with one, or nothing.
    template <typename Taker>
    void list(const char* key, std::size_t most, const Taker& f) {
        const json* const found = find(key, &json::is_array);
        if (found == nullptr) {
            return;
        }
        if (found->size() > most) {
            blame(key, "is too long");
            return;
        }
        for (const json& each : *found) {
            if (const std::string why = f(each); !why.empty()) {
                blame(key, why);
            }
        }
    }

    void blame(const char* key, std::string_view what) {
        if (wrong_.empty()) {
            wrong_ = std::string("\"").append(key).append("\" ").append(what);
        }
    }

    /// Why it cannot be used; empty: it can. After all were taken.
    [[nodiscard]] std::string wrong() {
        if (wrong_.empty() && all_.size() != taken_) {
            wrong_ = "it has members that are not known";
        }
        return std::move(wrong_);
    }

private:
    const json* find(const char* key, bool (json::*is)() const noexcept) {
        ++taken_;
        const auto found = all_.is_object() ? all_.find(key) : all_.end();
        if (found == all_.end() || !((*found).*is)()) {
            blame(key, "is missing, or of another type");
            return nullptr;
        }
        return &*found;
    }

    json all_;
    std::size_t taken_ = 0;
    std::string wrong_;
};

bool is_table_name(std::string_view name) {
    constexpr std::string_view prefix = "mayhem_";
    return name.size() == prefix.size() + 8 && name.starts_with(prefix) &&
           name.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

core::network_fault take_network_fault(members& take, core::network_fault::kind what) {
    core::network_fault f{.what = what};
    if (const auto how = core::parse_manner(take.text("how"))) {
        f.how = *how;
    } else {
        take.blame("how", "is none: lose, reject");
    }
    if (const auto way = core::parse_direction(take.text("direction"))) {
        f.way = *way;
    } else {
        take.blame("direction", "is none: both, in, out");
    }
    f.percent = static_cast<unsigned>(take.number("percent", 1, 100));
    constexpr std::int64_t latest = std::chrono::microseconds(core::network_fault::latency_max).count();
    const bool is_delay = what == core::network_fault::kind::delay;
    const std::int64_t least = is_delay ? std::chrono::microseconds(core::network_fault::latency_min).count() : 0;
    f.latency = std::chrono::microseconds(take.number("latency_us", least, is_delay ? latest : 0));
    f.jitter = std::chrono::microseconds(take.number("jitter_us", 0, f.latency.count()));
    take.list("ports", core::network_fault::ports_max, [&f](const json& each) {
        const bool is_port = each.is_number_integer() && each >= 1 && each <= 65'535;
        if (is_port) {
            f.ports.push_back(each.get<std::uint16_t>());
        }
        return is_port ? std::string() : "has something that is no port";
    });
    take.list("peers", core::network_fault::peers_max, [&f](const json& each) {
        const auto peer = parse_network_peer(each.is_string() ? each.get<std::string>() : "");
        if (peer) {
            f.peers.push_back(*peer);
        }
        return peer ? std::string() : "has something that " + peer.error();
    });
    return f;
}

core::disk_fill take_disk_fill(members& take) {
    core::disk_fill f{.directory = take.text("directory")};
    if (!f.directory.starts_with('/') || f.directory.size() > 1024) {
        take.blame("directory", "must be an absolute path");
    }
    f.percent = static_cast<unsigned>(take.number("percent", 1, 99));
    constexpr auto least = static_cast<std::int64_t>(core::disk_fill::least_kept_free);
    f.keep_free = static_cast<std::uint64_t>(take.number("keep_free", least, std::numeric_limits<std::int64_t>::max()));
    take.list("spared", spared_max, [&f](const json& each) {
        const bool is_path = each.is_string() && each.get<std::string>().starts_with('/');
        if (is_path) {
            f.spared.push_back(each.get<std::string>());
        }
        return is_path ? std::string() : "has something that is no absolute path";
    });
    return f;
}

bool is_unit_name(std::string_view name) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.\\@-";
    return name.size() < 256 && (name.ends_with(".service") || name.ends_with(".scope")) && !name.starts_with('.') &&
           name.find_first_not_of(plain) == std::string_view::npos;
}

bool is_invocation(std::string_view id) {
    return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// What is wrong with it; empty: nothing.
std::string take_number(const json& each, std::vector<core::changed_number>& into) {
    const bool is_whole = each.is_array() && each.size() == 4 && each[0].is_string() && each[1].is_string() &&
                          each[2].is_number_unsigned() && each[3].is_number_unsigned();
    if (!is_whole) {
        return "has something that is no number";
    }
    core::changed_number c{.name = each[0].get<std::string>(),
                           .of = each[1].get<std::string>(),
                           .before = each[2].get<std::uint64_t>(),
                           .ours = each[3].get<std::uint64_t>()};
    if (!core::unit_number::is_known(c.name)) {
        return "has one that is not to be changed: " + c.name;
    }
    if (core::unit_number::is_of_device(c.name) != c.of.starts_with('/')) {
        return "has one of no device, or of one too many";
    }
    into.push_back(std::move(c));
    return {};
}

held_unit take_unit(members& take) {
    held_unit u{.name = take.text("unit"), .invocation = take.text("invocation")};
    if (!is_unit_name(u.name)) {
        take.blame("unit", "is no name of a service or a scope");
    }
    if (!is_invocation(u.invocation)) {
        take.blame("invocation", "does not name a life of a unit (32 hexadecimal digits)");
    }
    take.list("numbers", numbers_max, [&u](const json& each) { return take_number(each, u.numbers); });
    if (u.numbers.empty()) {
        take.blame("numbers", "changes nothing");
    }
    u.is_to_undo = take.flag("undo");
    return u;
}

}  // namespace

std::string_view action_of(const hold_order& o) {
    if (o.network) {
        return core::to_string(o.network->what);
    }
    return o.disk ? fill : o.unit ? throttle : freeze;
}

std::string to_line(const hold_order& o) {
    json order{{"action", action_of(o)},
               {"first", o.first.to_string()},
               {"control_group", o.control_group},
               {"for_us", o.length.count()}};
    if (o.network) {
        std::vector<std::string> peers;
        std::ranges::transform(o.network->peers, std::back_inserter(peers),
                               [](const core::network_peer& p) { return to_string(p); });
        order.update({{"table", o.table},
                      {"inside", o.is_inside},
                      {"how", core::to_string(o.network->how)},
                      {"direction", core::to_string(o.network->way)},
                      {"percent", o.network->percent},
                      {"latency_us", o.network->latency.count()},
                      {"jitter_us", o.network->jitter.count()},
                      {"ports", o.network->ports},
                      {"peers", peers}});
    }
    if (o.disk) {
        order.update({{"directory", o.disk->directory},
                      {"percent", o.disk->percent},
                      {"keep_free", o.disk->keep_free},
                      {"spared", o.disk->spared}});
    }
    if (o.unit) {
        json numbers = json::array();
        for (const core::changed_number& c : o.unit->numbers) {
            numbers.push_back({c.name, c.of, c.before, c.ours});
        }
        order.update({{"unit", o.unit->name},
                      {"invocation", o.unit->invocation},
                      {"numbers", std::move(numbers)},
                      {"undo", o.unit->is_to_undo}});
    }
    return core::json_line(order) + '\n';
}

std::string to_line(const hold_word& w) {
    std::string_view name;
    for (const auto& [is, called] : word_names) {
        name = is == w.is ? called : name;
    }
    const json word{{"word", name},
                    {"text", w.text},
                    {"none", w.is_none},
                    {"by", w.by ? core::to_string(*w.by) : std::string_view()},
                    {"ended_by", core::to_string(w.ended_by)}};
    return core::json_line(word) + '\n';
}

core::result<hold_order> parse_hold_order(std::string_view line) {
    members take(line);
    hold_order o;
    const std::string action = take.text("action");
    if (const auto what = core::parse_network_fault_kind(action)) {
        o.network = take_network_fault(take, *what);
        o.table = take.text("table");
        o.is_inside = take.flag("inside");
        if (!is_table_name(o.table)) {
            take.blame("table", "is no name of a table: \"mayhem_\" and 8 hexadecimal digits");
        }
    } else if (action == fill) {
        o.disk = take_disk_fill(take);
    } else if (action == throttle) {
        o.unit = take_unit(take);
    } else if (action != freeze) {
        take.blame("action", "is none that can be held: freeze, cut, loss, dns, delay, fill, throttle");
    }
    if (auto first = drivers::process_incarnation::parse(take.text("first"))) {
        o.first = *std::move(first);
    } else {
        take.blame("first", "does not name a life of a process (PID:START_TICKS:BOOT_ID)");
    }
    o.control_group = take.text("control_group");
    if (!o.control_group.empty() && (o.control_group.front() != '/' || o.control_group.size() == 1)) {
        take.blame("control_group", "must be a path below the root");
    }
    if (o.is_inside && !o.control_group.empty()) {
        take.blame("inside", "is of a whole network, and there is a control group");
    }
    if (o.network && !o.is_inside && o.control_group.empty() &&
        (o.network->ports.empty() || o.network->way != direction::in)) {
        take.blame("ports",
                   "must be there, with the direction \"in\", where there is neither a control group nor a network of "
                   "its own");
    }
    o.length = std::chrono::microseconds{take.number("for_us", 1000, longest_us)};
    if (std::string why = take.wrong(); !why.empty()) {
        return core::failure{std::move(why)};
    }
    return o;
}

core::result<hold_word> parse_hold_word(std::string_view line) {
    members take(line);
    hold_word w;
    const std::string name = take.text("word");
    bool is_known = false;
    for (const auto& [is, called] : word_names) {
        if (called == name) {
            w.is = is;
            is_known = true;
        }
    }
    if (!is_known) {
        take.blame("word", "is none that a holder says");
    }
    w.text = take.text("text");
    w.is_none = take.flag("none");
    const std::string by = take.text("by");
    w.by = core::parse_guard(by);
    if (!by.empty() && !w.by) {
        take.blame("by", "is no guard");
    }
    if (const auto ended_by = core::parse_span_end(take.text("ended_by"))) {
        w.ended_by = *ended_by;
    } else {
        take.blame("ended_by", "is no end of a span");
    }
    if (std::string why = take.wrong(); !why.empty()) {
        return core::failure{std::move(why)};
    }
    return w;
}

}  // namespace mayhem::actions
