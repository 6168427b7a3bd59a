#pragma once

#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"

namespace mayhem::drivers {

/// What a driver is as well if it can say why something is no target of its group, although it is there.
class explainer {
public:
    virtual ~explainer() = default;

    /// One sentence for each thing that goes by `name`, "unit web.service: it is masked"; none if nothing does. Touches
    /// nothing. Throws, derived from `std::exception`, when it cannot look.
    virtual async::awaitable<std::vector<std::string>> explain(std::string name) = 0;
};

}  // namespace mayhem::drivers
