#pragma once

#include <cstddef>
#include <string_view>

#include "http/request.hpp"

namespace mayhem::http {

/// Makes a response from the pieces in which it comes, and stops where it is longer than it may be. No input or output
/// of its own.
class response_reader {
public:
    /// Headers and body together may have `bytes_max`.
    explicit response_reader(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    /// A line of the head, with its end. False: too large, and not taken.
    [[nodiscard]] bool take_header(std::string_view line);

    /// A piece of the body. False: too large, and not taken.
    [[nodiscard]] bool take_body(std::string_view piece);

    [[nodiscard]] bool is_too_large() const noexcept { return is_too_large_; }

    /// Whether the empty line that ends the head has come. curl takes half a head for a whole one.
    [[nodiscard]] bool is_head_complete() const noexcept { return is_head_complete_; }

    /// What came, with the status that goes with it. Once.
    [[nodiscard]] response take(int status);

private:
    [[nodiscard]] bool has_room_for(std::size_t bytes) noexcept;

    const std::size_t bytes_max_;
    std::size_t received_ = 0;
    bool is_too_large_ = false;
    bool is_head_complete_ = false;
    response response_;
};

}  // namespace mayhem::http
