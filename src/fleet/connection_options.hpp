#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/link_settings.hpp"

namespace mayhem::fleet {

/// A keyword of libpq and its value, as `PQconnectStartParams` takes them.
using connection_option = std::pair<std::string, std::string>;

/// A path at which there is nothing and never can be: to libpq a name that is empty is none at all, and then it looks
/// into the home folder of whoever runs the process.
inline constexpr std::string_view no_file = "/dev/null/none";

/// Everything that libpq 15 can be told about a connection to `at`, so that it decides nothing by itself: neither from
/// the environment nor from files. What cannot be said because an empty value is no value (`options`, `service`, and
/// `hostaddr` of a Unix socket) is why `forget_environment` must have come before.
///
/// `address` is where to connect; the certificate is still verified against the host's name. Empty for a Unix socket.
/// An empty `password` is none.
///
/// TLS: verified with certificate and name (`verify-full`) wherever the host is not local; there too if a `ca` is
/// given, and otherwise without TLS, because what is not verified protects nobody.
[[nodiscard]] std::vector<connection_option> connection_options(const link_settings& s, const endpoint& at,
                                                                const std::string& address,
                                                                const std::string& password);

}  // namespace mayhem::fleet
