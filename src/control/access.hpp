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
/// anything. Over TCP anybody on this host may read (GET); to act takes the token.
///
/// On either way a browser may be what asks, with the rights of whoever sits before it (over the Unix socket through
/// `ssh -L`), and on behalf of any page that is open in it. So nobody may whose Host is not the loopback's, which is a
/// page that had its own name point at us; nor a page of another origin, which the browser names (Origin,
/// Sec-Fetch-Site); and to act takes a header that such a page cannot send without asking first, which is refused: the
/// token's, or over the Unix socket Content-Type: application/json.
[[nodiscard]] std::optional<response> refuse(const request& r, const access_policy& policy);

/// Takes equally long wherever the texts differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// Reads the token: the first line of a file that only its owner (and its group) may read, 16 to 4096 characters.
[[nodiscard]] core::result<std::string> read_token_file(const std::string& path);

}  // namespace mayhem::control
