#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// Finds out how long before a point the last moment was, out of the candidates before it, of which one becomes a
/// moment unless a moment lies less than `spacing` before it. Reads them backwards, page by page, until the answer
/// cannot depend on anything earlier.
class renewal_memory {
public:
    explicit renewal_memory(duration spacing) noexcept : spacing_(spacing) {}

    /// The page that ends where the last one began (the first: at the point). `candidates` in order, in [begin, end).
    void add_before(const std::vector<duration>& candidates, duration begin, duration end);

    /// Whether `age` is final.
    [[nodiscard]] bool is_certain() const noexcept { return walked_ >= spacing_ && (certain_ || has_no_influence()); }

    /// From the last moment to the point, if it is less than `spacing`. As if nothing came earlier, when not certain.
    [[nodiscard]] std::optional<duration> age() const;

private:
    [[nodiscard]] bool has_no_influence() const noexcept { return back_.empty() || back_.front() >= spacing_; }

    const duration spacing_;
    duration walked_{};
    std::vector<duration> back_;          ///< how long before the point each candidate was, the nearest first
    std::optional<std::size_t> certain_;  ///< the nearest candidate that no other precedes by less than `spacing_`
    std::size_t checked_ = 0;
};

}  // namespace mayhem::core
