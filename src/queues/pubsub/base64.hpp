#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mayhem::queues {

/// Base64 (RFC 4648, section 4), as data stands in Pub/Sub's messages.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// The same for URLs and tokens (section 5), without the padding.
[[nodiscard]] std::string encode_base64url(std::string_view bytes);

/// Reads both alphabets, with padding or without. Nothing for what is neither.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace mayhem::queues
