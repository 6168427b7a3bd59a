#include "config/config_acts.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/contract/action_keys.hpp"
#include "mayhem/core/text/closest_name.hpp"
#include "settings/errors.hpp"

namespace mayhem::app {

namespace {

constexpr std::size_t acts_max = 16;
constexpr settings::range<unsigned> weight_range{1, 1000};

std::string quoted(const std::string& text) {
    std::string all = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            all += '\\';
        }
        all += c;
    }
    return all + '"';
}

std::string written(const toml::node& n) {
    if (const auto* const text = n.as_string()) {
        return quoted(text->get());
    }
    if (const auto* const number = n.as_integer()) {
        return std::to_string(number->get());
    }
    if (const auto* const truth = n.as_boolean()) {
        return truth->get() ? "true" : "false";
    }
    if (const auto* const list = n.as_array()) {
        std::string all;
        for (const toml::node& each : *list) {
            all += (all.empty() ? "" : ", ") + written(each);
        }
        return "[" + all + "]";
    }
    return "\"\"";  // no key of an action is of another kind, and the section has said so
}

std::string name_of(const drivers::driver_kind& kind, const std::any& settings) {
    return std::string(kind.act == nullptr ? "restart" : kind.act(settings));
}

bool is_of_entry(std::string_view key) { return key == "weight" || drivers::is_action_key(key); }

std::vector<std::string_view> keys_of_entry(const drivers::driver_kind& kind) {
    std::vector<std::string_view> keys{"weight"};
    for (const settings::key& k : kind.keys) {
        if (drivers::is_action_key(k.name)) {
            keys.push_back(k.name);
        }
    }
    return keys;
}

/// What belongs to the group stands there, and nothing twice.
void refuse_unknown_in(settings::section& entry, const drivers::driver_kind& kind) {
    const std::vector<std::string_view> known = keys_of_entry(kind);
    for (const auto& [key, value] : entry.table()) {
        if (std::ranges::find(known, key.str()) == known.end()) {
            const bool is_of_group = std::ranges::find(kind.keys, key.str(), &settings::key::name) != kind.keys.end();
            entry.fail_unknown(key, is_of_group ? "it belongs to the group, not to one of its actions" : "", known);
        }
    }
}

std::optional<act_config> read_entry(const settings::section& group, const drivers::driver_kind& kind,
                                     const toml::table& table, std::size_t i) {
    settings::section entry(table, group.path("actions[" + std::to_string(i) + "]"), group, &is_of_entry);
    act_config act;
    refuse_unknown_in(entry, kind);
    entry.read("weight", act.weight, weight_range);
    if (!entry.has("action")) {
        entry.fail(R"(lacks an action: give action = "freeze" or another one)");
    }
    if (!entry.has_failed()) {
        act.driver = kind.read(entry);
    }
    if (entry.has_failed()) {
        return std::nullopt;
    }
    act.what = {.name = name_of(kind, act.driver), .with = parameters_in(table)};
    return act;
}

void refuse_beside_actions(settings::section& section, const drivers::driver_kind& kind) {
    for (const settings::key& k : kind.keys) {
        if (drivers::is_action_key(k.name) && section.has(k.name)) {
            section.fail(k.name, k.name == "action" ? "excludes actions: give one of the two"
                                                    : "belongs to each of the actions, beside its name");
        }
    }
}

void read_entries(settings::section& section, group_config& group) {
    refuse_beside_actions(section, *group.kind);
    const toml::array* const list = section.find("actions")->as_array();
    if (list == nullptr || list->empty() || list->size() > acts_max || !list->is_homogeneous<toml::table>()) {
        section.fail("actions", R"(must be a list of 1 to 16 tables, such as [{action = "restart", weight = 3}])");
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const toml::table& table = *list->get(i)->as_table();
        std::optional<act_config> act = read_entry(section, *group.kind, table, i);
        if (!act) {
            section.note_failure();
            continue;
        }
        const auto same = std::ranges::find(group.acts, act->what, &act_config::what);
        if (same != group.acts.end()) {
            section.fail_at(table, "actions[" + std::to_string(i) + "]",
                            "is the same as actions[" + std::to_string(same - group.acts.begin()) +
                                "]: give that a greater weight");
        }
        group.acts.push_back(*std::move(act));
    }
}

void read_by_hand(settings::section& section, group_config& group) {
    const toml::node* const found = section.find("by_hand");
    if (found == nullptr) {
        return;
    }
    const toml::array* const list = found->as_array();
    if (list == nullptr || list->size() > acts_max || (!list->empty() && !list->is_homogeneous<std::string>())) {
        section.fail("by_hand", R"(must be a list of up to 16 names of actions, such as ["freeze", "cut"])");
        return;
    }
    for (const toml::node& each : *list) {
        const std::string name = *each.value<std::string>();
        const std::vector<std::string_view> known(group.kind->actions.begin(), group.kind->actions.end());
        if (std::ranges::find(known, name) == known.end()) {
            const auto meant = core::closest_name(name, known);
            section.fail_at(each, "by_hand",
                            quoted(name) + " is no action of its targets" +
                                (meant ? ": did you mean " + quoted(std::string(*meant)) + "?" : ""));
        } else if (std::ranges::find(group.by_hand, name) == group.by_hand.end()) {
            group.by_hand.push_back(name);
        }
    }
}

/// For acts that stand in no file.
std::any read_act(const drivers::driver_kind& kind, const std::string& group, const toml::table& keys,
                  const core::act& a) {
    settings::errors errors(a.name);
    std::any settings;
    try {
        toml::table table = std::move(*toml::parse("with = {" + a.with + "}")["with"].as_table());
        table.insert_or_assign("action", a.name);
        const settings::section outer(keys, "group." + group, errors);
        settings::section entry(table, a.name, outer, &drivers::is_action_key);
        refuse_unknown_in(entry, kind);
        if (!entry.has_failed()) {
            settings = kind.read(entry);
        }
    } catch (const toml::parse_error& e) {
        throw std::invalid_argument(std::string(e.description()));
    }
    if (const auto found = errors.take(); !found.empty()) {
        throw std::invalid_argument(found.front().text);
    }
    return settings;
}

}  // namespace

std::string parameters_in(const toml::table& keys) {
    std::string all;
    for (const auto& [key, value] : keys) {
        if (key.str() != "action" && drivers::is_action_key(key.str())) {
            all += (all.empty() ? "" : ", ") + std::string(key.str()) + " = " + written(value);
        }
    }
    return all;
}

std::string read_parameters(const std::string& text) {
    constexpr std::size_t bytes_max = 1000;
    if (text.size() > bytes_max) {
        throw std::invalid_argument("parameters: at most " + std::to_string(bytes_max) + " bytes");
    }
    if (text.find('\n') != std::string::npos) {
        throw std::invalid_argument("parameters: must be on one line");
    }
    try {
        const toml::table all = toml::parse("with = [{" + text + "}]");  // a list, which no comment in it can end
        const toml::array* const list = all["with"].as_array();
        const toml::table* const keys = list != nullptr && list->size() == 1 ? list->get(0)->as_table() : nullptr;
        if (keys == nullptr || all.size() != 1) {
            throw std::invalid_argument(R"(parameters: must be such as for = "30s", how = "reject")");
        }
        for (const auto& [key, value] : *keys) {
            if (key.str() == "action" || !drivers::is_action_key(key.str())) {
                throw std::invalid_argument("parameters: " + quoted(std::string(key.str())) +
                                            " is no parameter of an action");
            }
        }
        return parameters_in(*keys);
    } catch (const toml::parse_error& e) {
        throw std::invalid_argument("parameters: " + std::string(e.description()));
    }
}

bool has_lasting_act(const group_config& group) {
    return group.kind->lasts != nullptr && std::ranges::any_of(group.acts, [&group](const act_config& a) {
               return group.kind->lasts(a.driver).has_value();
           });
}

void read_acts(settings::section& section, group_config& group) {
    const drivers::driver_kind& kind = *group.kind;
    const bool has_actions = !kind.actions.empty();
    if (has_actions && section.has("actions")) {
        const toml::table none;
        settings::section whoever(none, section.name(), section, &drivers::is_action_key);
        group.driver = kind.read(whoever);  // who its targets are: what is wrong with that is said once
        if (whoever.has_failed()) {
            section.note_failure();
            return;
        }
        read_entries(section, group);
        group.driver = group.acts.empty() ? std::any() : group.acts.front().driver;
    } else {
        group.driver = kind.read(section);
        if (group.driver.has_value()) {
            group.acts.push_back({.what = {.name = name_of(kind, group.driver),
                                           .with = has_actions ? parameters_in(section.table()) : std::string()},
                                  .weight = 1,
                                  .driver = group.driver});
        }
    }
    if (has_actions) {
        read_by_hand(section, group);
        group.read_act = [&kind, name = group.settings.name,
                          keys = std::make_shared<const toml::table>(section.table())](const core::act& a) {
            return read_act(kind, name, *keys, a);
        };
    }
}

}  // namespace mayhem::app
