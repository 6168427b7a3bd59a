#pragma once

#include "fleet/address_lookup.hpp"
#include "system/hanging_calls.hpp"

namespace mayhem::fleet {

/// Asks the system (getaddrinfo), each time on a thread that nobody has to wait for: a name service that is away takes
/// as long as it likes. libpq would ask in `PQconnectStart`, and hold the loop for as long. At most `under_way_max`
/// questions hang at a time; past that there is no answer.
class system_lookup final : public address_lookup {
public:
    static constexpr std::size_t under_way_max = 8;

    /// `l` outlives it.
    explicit system_lookup(async::loop& l) : calls_(l, "mayhem-names", under_way_max) {}

    [[nodiscard]] async::awaitable<core::result<std::vector<std::string>>> find(std::string host) override;

private:
    app::hanging_calls calls_;
};

}  // namespace mayhem::fleet
