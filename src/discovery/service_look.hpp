#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "drivers/systemd/unit_search.hpp"

namespace mayhem::app {

/// The packaged service, as systemd has it.
struct own_service {
    bool is_there = false;
    bool is_active = false;
    std::string user;        ///< as whom it runs; empty: as root
    pid_t main_process = 0;  ///< 0: none
};

/// Each of these asks the host's systemd, on a loop of its own, and blocks for some seconds at the most. Throws,
/// derived from `std::exception`, when it cannot be asked.
[[nodiscard]] std::vector<drivers::meant_unit> find_units(const std::vector<std::string>& words);
[[nodiscard]] own_service look_at_own_service();

}  // namespace mayhem::app
