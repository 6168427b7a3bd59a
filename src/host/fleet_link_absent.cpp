#include <stdexcept>

#include "host/fleet_link.hpp"

namespace mayhem::app {

void prepare_for_fleet() {}

std::unique_ptr<fleet_database> open_fleet(async::loop& /*loop*/, telemetry::log /*log*/, const fleet_config& /*c*/,
                                           core::uuid /*life*/) {
    throw std::runtime_error(
        "[fleet]: this program was built without PostgreSQL: install libpq-dev and build it anew with "
        "-DMAYHEM_POSTGRES=ON");
}

}  // namespace mayhem::app
