// clang-format off: it would put the own header first
#include <string>

#include "telemetry/second.hpp"

std::string second() { return {}; }
