#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "settings/section.hpp"

namespace mayhem::app {

/// One key of the config file.
struct config_key {
    std::string_view
        section;  ///< "queue" for [queue], "group" for [group.NAME] (`is_named`), empty for the head of the file
    std::string_view name;
    std::string_view preset;  ///< the default as it would be written; empty: there is none
    std::string_view driver;  ///< of a group or a queue: only with this driver; empty: with every one
};

/// Where a queue of requests is described: [queue.NAME].
inline constexpr std::string_view request_queue_section = "queue.NAME";

/// Every key that a config file may contain: those of every group and section, and those that the drivers bring.
/// Whoever adds one adds it to a list, where it is read, and to docs/configuration.md; the tests see to that.
std::span<const config_key> config_keys();

/// Whether a file may have several of the section, each with a name: [group.NAME].
bool is_named(std::string_view section) noexcept;

/// What may stand in the section: its keys, and at the head of the file ("") the sections as well, [group.NAME] as
/// "group". In a group, the keys of `driver`, or those of all drivers when it is empty.
std::vector<std::string_view> names_in(std::string_view section, std::string_view driver = {});

/// Where a key belongs that does not belong into `section` (as it is used there), or what is written here in place of
/// one that other tools have, for a person; empty when it belongs nowhere.
std::string explain_place(std::string_view key, std::string_view section);

/// Reports each key of `s` that may not stand in the section, with what was probably meant. `section` and `driver` are
/// those of `names_in`.
void refuse_unknown(settings::section& s, std::string_view section, std::string_view driver = {});

}  // namespace mayhem::app
