#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "control/http.hpp"
#include "mayhem/core/result.hpp"

namespace mayhem::control {

/// Who may do what.
struct access_policy {
    uid_t daemon_user = 0;
    std::optional<gid_t> group;        ///< its members may do everything, too
    std::optional<std::string> token;  ///< over TCP: whoever brings it may do more than read
};

/// What speaks against the request; nothing when it is allowed. A pure function.
///
/// Over the Unix socket root, the daemon's user and the members of the group may do everything, and nobody else
/// anything. Over TCP anybody on this host may read (GET), except a web page that had its name point at us (the Host
/// header is not that of the loopback); to act takes the token.
[[nodiscard]] std::optional<response> refuse(const request& r, const access_policy& policy);

/// Takes equally long wherever the texts differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// Reads the token: the first line of a file that only its owner (and its group) may read, 16 to 4096 characters.
[[nodiscard]] core::result<std::string> read_token_file(const std::string& path);

}  // namespace mayhem::control
