#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "mayhem/core/target.hpp"

namespace mayhem::drivers {

/// What lasts leaves a target its life. For a driver whose acts last, the incarnation therefore counts them as well:
/// "LIFE#FLOW.COUNT", so that no message is carried out twice. FLOW is a text that differs between any two drivers on
/// one database. Remembers the `lives_max` lives that were held last, which is more than messages can still name. One
/// thread.
class span_count {
public:
    static constexpr std::size_t lives_max = 10'000;

    explicit span_count(std::string flow_name) : flow_name_(std::move(flow_name)) {}

    /// The life that an incarnation names, whether or not it counts.
    [[nodiscard]] static constexpr std::string_view life_of(std::string_view incarnation) noexcept {
        return core::life_in(incarnation);
    }

    /// The incarnation of a life as it is now.
    [[nodiscard]] std::string incarnation_of(std::string_view life) const;

    /// It has stood on that life, or may have: its incarnation is another one from now on.
    void note(std::string_view life);

    [[nodiscard]] bool has(std::string_view life) const { return counts_.contains(std::string(life)); }

private:
    const std::string flow_name_;
    std::map<std::string, std::uint64_t> counts_;
    std::deque<std::string> order_;  ///< in which they were held first
};

}  // namespace mayhem::drivers
