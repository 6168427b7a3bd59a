// In the place of cpu_profile.cpp where gperftools is not installed.
#include <stdexcept>

#include "telemetry/cpu_profile.hpp"

namespace mayhem::telemetry {

bool cpu_profile::is_available() noexcept { return false; }

std::unique_ptr<cpu_profile> cpu_profile::start() { throw std::runtime_error(absence); }

cpu_profile::~cpu_profile() = default;

std::string cpu_profile::take() { throw std::runtime_error(absence); }

}  // namespace mayhem::telemetry
