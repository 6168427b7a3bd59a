#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"

namespace mayhem::core {

/// What a number must be: "< 0.01". Compares as PromQL does: doubles, bit for bit where it says `==`, infinite ones
/// included; what is not a number (NaN) meets no threshold, `!=` included. A value; pure.
class threshold {
public:
    enum class relation : std::uint8_t { less, at_most, greater, at_least, equal, unequal };

    /// `number` is finite.
    threshold(relation r, double number) noexcept : relation_(r), number_(number) {}

    [[nodiscard]] bool is_met_by(double value) const noexcept;

    /// "< 0.01".
    [[nodiscard]] std::string describe() const;

    friend bool operator==(const threshold&, const threshold&) = default;

private:
    relation relation_;
    double number_;
};

/// One of `<`, `<=`, `>`, `>=`, `==`, `!=` and a finite number, with or without spaces around either; otherwise what is
/// wrong with it, in words that follow its name.
[[nodiscard]] result<threshold> parse_threshold(std::string_view text);

/// "0.01", "1e-09", "NaN", "+Inf": as short as it can be written and read back.
[[nodiscard]] std::string describe_number(double value);

/// The whole of `text` as a number, as Prometheus writes one: "0.01", "1e+06", "NaN", "+Inf"; otherwise why it is none.
[[nodiscard]] result<double> parse_number(std::string_view text);

}  // namespace mayhem::core
