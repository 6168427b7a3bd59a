#include "fleet/pg_connector.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fleet/libpq_environment.hpp"
#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "system/secret_file.hpp"

namespace mayhem::fleet {

namespace {

core::result<std::string> password_of(const link_settings& s) {
    try {
        return s.password_file.empty() ? std::string() : system::read_secret_file(s.password_file);
    } catch (const std::runtime_error& e) {
        return core::failure{std::string(e.what())};
    }
}

}  // namespace

pg_connector::pg_connector(async::loop& l, link_settings s, address_lookup& names)
    : loop_(l), settings_(std::move(s)), names_(names), order_(settings_.hosts.size()) {
    if (const std::string trouble = trouble_in(settings_); !trouble.empty()) {
        throw std::invalid_argument(trouble);
    }
    MAYHEM_ASSERT(believed_variable() == nullptr, "forget_environment() comes before any link");
}

async::awaitable<bool> pg_connector::connect(pg_connection& c) {
    const async::frame here;
    trouble_.clear();
    const core::result<std::string> password = password_of(settings_);
    if (!password) {
        trouble_ = password.error();
        co_return false;
    }
    for (const std::size_t place : order_.next_round()) {
        const bool is_connected = co_await try_host(c, settings_.hosts[place], *password);
        if (is_connected) {
            current_ = place;
            order_.was_good(place);
            co_return true;
        }
    }
    co_return false;
}

async::awaitable<bool> pg_connector::try_host(pg_connection& c, const endpoint& at, const std::string& password) {
    const async::frame here;
    const auto until = async::clock::after(loop_.now(), settings_.connect_limit);
    std::vector<std::string> addresses = is_unix_socket(at) ? std::vector<std::string>{""} : known_addresses(at);
    if (addresses.empty()) {
        auto found = co_await async::with_timeout(names_.find(at.host), settings_.connect_limit);
        if (!found || !*found) {
            complain(at, found ? found->error() : at.host + " was not looked up in time");
            co_return false;
        }
        addresses = std::move(*found).value();
    }
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto share = (until - loop_.now()) / static_cast<std::int64_t>(addresses.size() - i);
        const bool is_connected = co_await try_address(c, at, addresses[i], password, loop_.now() + share);
        if (is_connected) {
            co_return true;
        }
    }
    co_return false;
}

async::awaitable<bool> pg_connector::try_address(pg_connection& c, const endpoint& at, std::string address,
                                                 const std::string& password, async::clock::time_point until) {
    const async::frame here;
    const auto opened = co_await async::settle(c.open(connection_options(settings_, at, address, password), until));
    if (async::is_cancellation(opened.error())) {
        opened.rethrow_if_failed();
    }
    const std::string trouble = opened ? *opened : async::text_of(opened.error());
    if (!trouble.empty()) {
        complain(at, trouble);
    }
    co_return trouble.empty();
}

void pg_connector::complain(const endpoint& at, const std::string& why) {
    trouble_ += (trouble_.empty() ? "" : "; ") + describe(at) + ": " + why;
}

}  // namespace mayhem::fleet
