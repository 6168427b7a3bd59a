#pragma once

#include <cstddef>

#include "control/http.hpp"
#include "record/history.hpp"

namespace mayhem::app {

/// Which attempts a query asks for; `limit` of them if it does not say how many. Throws `std::invalid_argument`, with
/// the parameter's name, for what cannot be meant.
[[nodiscard]] stores::history_filter read_filter(const control::request& r, core::wall_time now, std::size_t limit);

}  // namespace mayhem::app
