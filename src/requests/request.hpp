#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::requests {

/// What somebody outside asks for: one act on one target of one host. As JSON it has these names (docs/requests.md).
/// A plain value.
struct request {
    std::string id;     ///< whatever is asked for with the same is done once
    std::string host;   ///< whose daemon is to do it; the others give it back
    std::string group;  ///< of that daemon's config
    std::string by;     ///< who asks, as he says himself

    /// Of the two at most one; neither: anyone of the group.
    std::optional<std::string> target{};  ///< an id or a name, as `mayhem restart` takes it
    std::optional<std::string> match{};   ///< wildcards as of fnmatch(3): one of those whose name or id it matches

    std::optional<std::string> action{};     ///< one of the group's own; nothing: its first
    std::optional<core::wall_time> until{};  ///< from then on it must not happen any more

    friend bool operator==(const request&, const request&) = default;
};

/// Longer ones are not read.
inline constexpr std::size_t request_bytes_max = 16UL * 1024;

/// Strictly: everything that is not as it should be is an error, which names the key and says how it should be.
[[nodiscard]] core::result<request> parse_request(std::string_view body);

/// One line of JSON, as `parse_request` reads it.
[[nodiscard]] std::string to_json(const request& r);

/// The id of the message that a request becomes: the same for the same request id, on every host and for ever, so that
/// the journal refuses a second one. In the form of RFC 9562, version 8. No defence against someone who looks for two
/// ids that share it: only his own second request is taken for the first.
[[nodiscard]] core::uuid message_id(std::string_view request_id);

}  // namespace mayhem::requests
