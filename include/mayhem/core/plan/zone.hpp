#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "mayhem/core/result.hpp"

namespace date {
class time_zone;
}

namespace mayhem::core {

/// A time zone of the system's own database (/usr/share/zoneinfo, read through the `date` library): which offset from
/// UTC local time has at a moment. A value of one pointer; the database lives as long as the program. Zones that change
/// their clocks are known up to 2037; after that they keep the offset that they have then.
class zone {
public:
    /// A stretch of time with one offset: `begin` is included, `end` is not.
    struct stretch {
        std::chrono::sys_seconds begin;
        std::chrono::sys_seconds end;
        std::chrono::seconds offset;  ///< local time minus UTC
    };

    /// By its IANA name, such as "Europe/Berlin". Otherwise why there is none, with the name that was probably meant.
    /// Reads files at first.
    static result<zone> find(std::string_view name);

    /// That of this host (/etc/localtime); UTC when it cannot be told.
    static zone of_system();

    static zone utc();

    [[nodiscard]] const std::string& name() const noexcept;

    /// The stretch in which `t` lies. Costs a search among the transitions of the zone.
    [[nodiscard]] stretch at(std::chrono::sys_seconds t) const;

    friend bool operator==(const zone&, const zone&) noexcept = default;

private:
    explicit zone(const date::time_zone* z) noexcept : zone_(z) {}

    const date::time_zone* zone_;
};

}  // namespace mayhem::core
