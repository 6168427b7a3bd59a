#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/systemd/systemd_bus.hpp"
#include "drivers/systemd/systemd_properties.hpp"
#include "drivers/systemd/systemd_unit.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::drivers {

/// Which service a word means that a person wrote: "redis" is redis-server.service on Debian.
struct meant_unit {
    std::string word;
    std::string unit;     ///< the name by which systemd has it; empty: no one unit is meant
    std::string trouble;  ///< then: why, and what to write instead
};

/// Systemd would not even look for anything else (src/basic/unit-name.c).
[[nodiscard]] bool is_unit_name(std::string_view text) noexcept;

/// The name under which a word is looked up first: with ".service", unless it has the suffix of some unit.
[[nodiscard]] std::string unit_name_of(const std::string& word);

/// Which of the host's services is meant. `exact` is what systemd has under `unit_name_of(word)`, by its name or an
/// alias. A word without a suffix also means the only one that runs of those that begin with it ("web" is
/// web@1.service), and so it does where the unit of that very name has nothing that runs (postgresql.service, whose
/// clusters are instances). Of several, none: they are named. Pure.
[[nodiscard]] meant_unit choose_unit(const std::string& word, const std::optional<systemd_unit>& exact,
                                     const std::vector<listed_service>& services);

/// Asks systemd, for each of the words. Throws `systemd_bus_error`; `bus` outlives the call.
[[nodiscard]] async::awaitable<std::vector<meant_unit>> find_meant_units(systemd_bus& bus,
                                                                         std::vector<std::string> words);

}  // namespace mayhem::drivers
