#include "drivers/systemd/unit_search.hpp"

#include <algorithm>
#include <array>

#include "drivers/contract/name_patterns.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/text/closest_name.hpp"
#include "mayhem/core/text/first_few.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::string_view service_suffix = ".service";

constexpr std::array<std::string_view, 11> suffixes{".service", ".socket", ".target",    ".timer", ".path",  ".mount",
                                                    ".scope",   ".swap",   ".automount", ".slice", ".device"};

bool has_suffix(std::string_view text) noexcept {
    return std::ranges::any_of(suffixes, [text](std::string_view s) { return text.ends_with(s) && text != s; });
}

/// Those that run and whose names go on behind `stem` as `marks` say: "@" for instances, "-" for what is called alike.
std::vector<std::string> running_like(const std::string& stem, std::string_view marks,
                                      const std::vector<listed_service>& services) {
    std::vector<std::string> found;
    for (const listed_service& s : services) {
        const bool goes_on = s.id.starts_with(stem) && s.id.size() > stem.size() &&
                             marks.find(s.id[stem.size()]) != std::string_view::npos;
        if (s.is_active && goes_on) {
            found.push_back(s.id);
        }
    }
    std::ranges::sort(found);
    return found;
}

std::string name_them(const std::string& word, const std::vector<std::string>& several) {
    constexpr std::size_t named_max = 10;
    return "'" + word + "' may mean " + std::to_string(several.size()) +
           " units: " + core::first_few(several, named_max) + "; name those that you mean";
}

std::string why_no_word(const std::string& word) {
    if (word.empty()) {
        return "an empty name names no unit";
    }
    if (has_wildcard(word) || word.starts_with("re:") || word.starts_with("!")) {
        return "'" + word + "' is a pattern: name the units, or write a group with the pattern by hand";
    }
    if (has_suffix(word) && !word.ends_with(service_suffix)) {
        return "'" + word + "' is no service: only units whose names end in .service can be restarted";
    }
    return is_unit_name(unit_name_of(word)) ? "" : "'" + word + "' is no name of a unit";
}

std::string why_nobody(const std::string& word, const std::vector<listed_service>& services) {
    std::vector<std::string_view> ids;
    ids.reserve(services.size());
    for (const listed_service& s : services) {
        ids.emplace_back(s.id);
    }
    const auto close = core::closest_name(unit_name_of(word), ids);
    return "there is no service '" + word + "': " +
           (close ? "did you mean " + std::string(*close) + "?"
                  : "\"systemctl list-units -t service\" has those that run");
}

}  // namespace

bool is_unit_name(std::string_view text) noexcept {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.\\@-";
    return text.find_first_not_of(allowed) == std::string_view::npos && has_suffix(text);
}

std::string unit_name_of(const std::string& word) {
    return has_suffix(word) ? word : word + std::string(service_suffix);
}

meant_unit choose_unit(const std::string& word, const std::optional<systemd_unit>& exact,
                       const std::vector<listed_service>& services) {
    if (const std::string why = why_no_word(word); !why.empty()) {
        return {.word = word, .unit = {}, .trouble = why};
    }
    const bool is_whole = word.ends_with(service_suffix);
    const std::string stem = word.ends_with('@') ? word.substr(0, word.size() - 1) : word;
    const bool is_there = exact && exact->load_state != "not-found";
    std::vector<std::string> others;
    if (!is_whole && is_there && why_not_meant(*exact)) {
        others = running_like(stem, "@", services);
    } else if (!is_whole && !is_there) {
        others = running_like(stem, word.ends_with('@') ? "@" : "@-", services);
    }
    if (others.size() > 1) {
        return {.word = word, .unit = {}, .trouble = name_them(word, others)};
    }
    if (others.size() == 1) {
        return {.word = word, .unit = others.front(), .trouble = {}};
    }
    return is_there ? meant_unit{.word = word, .unit = exact->id, .trouble = {}}
                    : meant_unit{.word = word, .unit = {}, .trouble = why_nobody(word, services)};
}

async::awaitable<std::vector<meant_unit>> find_meant_units(systemd_bus& bus, std::vector<std::string> words) {
    const async::frame here;
    const bus_message reply = co_await bus.call(bus.make_manager_call("ListUnits"));
    const std::vector<listed_service> services = read_services(reply.get());
    std::vector<meant_unit> meant;
    for (const std::string& word : words) {
        std::vector<std::optional<systemd_unit>> exact{std::nullopt};
        if (why_no_word(word).empty() && unit_name_of(word).find("@.") == std::string::npos) {
            std::vector<std::string> name{unit_name_of(word)};
            exact = co_await look_at_units(bus, std::move(name));
        }
        meant.push_back(choose_unit(word, exact.front(), services));
    }
    co_return meant;
}

}  // namespace mayhem::drivers
