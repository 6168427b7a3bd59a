#include "actions/holder/standing_fault.hpp"

#include "actions/holder/delayed_network.hpp"
#include "actions/holder/filled_disk.hpp"
#include "actions/holder/filtered_network.hpp"
#include "actions/holder/frozen_service.hpp"
#include "actions/holder/throttled_unit.hpp"

namespace mayhem::actions {

std::unique_ptr<standing_fault> make_fault(const hold_order& o) {
    if (o.network && o.network->what == core::network_fault::kind::delay) {
        return std::make_unique<delayed_network>(o);
    }
    if (o.network) {
        return std::make_unique<filtered_network>(o);
    }
    if (o.disk) {
        return std::make_unique<filled_disk>(o);
    }
    if (o.unit) {
        return std::make_unique<throttled_unit>(o);
    }
    return std::make_unique<frozen_service>(o);
}

}  // namespace mayhem::actions
