#include <stdexcept>

#include "host/fleet_link.hpp"

namespace mayhem::app {

std::unique_ptr<fleet_database> open_fleet(async::loop& /*loop*/, async::blocking& /*pool*/, telemetry::log /*log*/,
                                           const fleet_config& /*c*/, core::uuid /*life*/) {
    throw std::runtime_error(
        "[fleet]: this program was built without PostgreSQL: install libpq-dev and build it anew with "
        "-DMAYHEM_POSTGRES=ON");
}

}  // namespace mayhem::app
