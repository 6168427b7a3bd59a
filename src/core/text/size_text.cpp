#include "mayhem/core/text/size_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <system_error>

#include "mayhem/core/text/in_quotes.hpp"

namespace mayhem::core {

namespace {

constexpr std::uint64_t per_unit = 1024;

/// 0: it is none.
std::uint64_t bytes_of_unit(std::string_view unit) {
    if (unit.ends_with("iB")) {
        unit.remove_suffix(2);
    }
    constexpr std::string_view letters = "KMGT";
    const std::size_t at = unit.size() == 1 ? letters.find(unit.front()) : std::string_view::npos;
    return at == std::string_view::npos ? 0 : std::uint64_t{1} << (10 * (at + 1));
}

}  // namespace

result<std::uint64_t> parse_size(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    std::string_view unit = text.substr(digits);
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
    const std::uint64_t each = bytes_of_unit(unit);
    if (digits == 0 || error != std::errc{} || each == 0) {
        return failure{in_quotes(text) + " is no size: write a whole number with K, M, G or T, such as \"256 MiB\""};
    }
    if (number > std::numeric_limits<std::int64_t>::max() / each) {
        return failure{in_quotes(text) + " is more than any disk has"};
    }
    return number * each;
}

std::string format_size(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 5> units{" bytes", " KiB", " MiB", " GiB", " TiB"};
    std::size_t unit = 0;
    std::uint64_t in_one = 1;
    while (unit + 1 < units.size() && bytes / in_one >= per_unit) {
        in_one *= per_unit;
        ++unit;
    }
    std::uint64_t whole = bytes / in_one;
    std::uint64_t tenths = unit == 0 ? 0 : (bytes % in_one * 10 + in_one / 2) / in_one;
    whole += tenths / 10;
    tenths %= 10;
    constexpr std::uint64_t without_tenths = 100;
    return std::to_string(whole) +
           (tenths == 0 || whole >= without_tenths ? std::string() : '.' + std::to_string(tenths)) +
           std::string(units.at(unit));
}

}  // namespace mayhem::core
