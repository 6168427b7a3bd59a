#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actions/holder/hold_order.hpp"
#include "mayhem/core/result.hpp"

namespace mayhem::actions {

/// What a holder with more rights than its Mayhem has may be asked, in place of an order, as one line of JSON. It
/// answers with one word: `seen`, whose text is the answer, or `refused`.
struct hold_question {
    enum class kind : std::uint8_t {
        can,     ///< could such an order be carried out on this host, on somebody who may be hit? The text is empty
        keeper,  ///< who keeps the order's table up, where the order means it? The text is a process's number; 0:
                 ///< nobody
    };

    kind is = kind::can;
    hold_order about;  ///< of `can`, only what is to be done matters, not to whom

    friend bool operator==(const hold_question&, const hold_question&) = default;
};

/// One line, with its end.
[[nodiscard]] std::string to_line(const hold_question& q);

/// Whether a line is a question at all, and no order.
[[nodiscard]] bool is_hold_question(std::string_view line);

/// From one line, with or without its end. As strict as an order.
[[nodiscard]] core::result<hold_question> parse_hold_question(std::string_view line);

}  // namespace mayhem::actions
