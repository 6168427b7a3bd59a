#pragma once

#include <cstddef>
#include <string>

#include "fleet/address_lookup.hpp"
#include "fleet/host_order.hpp"
#include "fleet/link_settings.hpp"
#include "fleet/pg_connection.hpp"

namespace mayhem::fleet {

/// Connects to the first host that is there and takes writes, one after the other, each within its own limit, of which
/// each of its addresses has a share: a host that is frozen costs that, and no more.
class pg_connector {
public:
    /// `names` outlives it. Throws `std::invalid_argument` for settings that `trouble_in` finds fault with. Asserts
    /// that the environment's `PG*` were forgotten.
    pg_connector(async::loop& l, link_settings s, address_lookup& names);

    /// True when `c`, which must not be open, is connected to `current`; otherwise `trouble` names each host and why
    /// not. Cancellable.
    [[nodiscard]] async::awaitable<bool> connect(pg_connection& c);

    [[nodiscard]] const endpoint& current() const noexcept { return settings_.hosts[current_]; }
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
    [[nodiscard]] const link_settings& settings() const noexcept { return settings_; }

private:
    [[nodiscard]] async::awaitable<bool> try_host(pg_connection& c, const endpoint& at, const std::string& password);
    [[nodiscard]] async::awaitable<bool> try_address(pg_connection& c, const endpoint& at, std::string address,
                                                     const std::string& password, async::clock::time_point until);
    void complain(const endpoint& at, const std::string& why);

    async::loop& loop_;
    const link_settings settings_;
    address_lookup& names_;
    host_order order_;
    std::size_t current_ = 0;
    std::string trouble_;
};

}  // namespace mayhem::fleet
