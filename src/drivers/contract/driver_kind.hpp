#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/contract/once_teller.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/rules/guard_limits.hpp"
#include "mayhem/ports/action.hpp"
#include "mayhem/ports/driver.hpp"
#include "settings/key.hpp"
#include "settings/section.hpp"

namespace mayhem::drivers {

/// What the drivers of one flow are made with. The pool outlives them.
struct driver_surroundings {
    async::blocking& pool;
    core::random_source random;
    std::string flow_name;                 ///< differs between any two flows on one database
    std::uint64_t life = 0;                ///< which life of the daemon this is
    std::vector<std::string> own_files{};  ///< Mayhem's, whose file systems are never filled
};

/// Makes the drivers of one kind for one flow, and has what they share. Outlives them. The loop's thread only.
class driver_factory {
public:
    virtual ~driver_factory() = default;

    /// For the group of that name, from what `driver_kind::read` has made of its section. Of a group that has several
    /// actions, one is made for each: they know of each other what they must. `warn` is told what its
    /// operator should know. Throws, derived from `std::exception`, why it cannot be made.
    virtual std::unique_ptr<ports::driver> make(const std::any& settings, const std::string& group,
                                                once_teller::teller warn) = 0;
};

/// A kind of target: what a config file calls it, which keys its groups have, and who makes its drivers. Nobody else
/// in the house knows a driver by name (drivers/driver_kinds.cpp has the list).
struct driver_kind {
    std::string_view name;
    std::span<const settings::key> keys;  ///< beside those that every group has

    /// From the section of a group; empty, and reported there, when something in it is wrong.
    std::any (*read)(settings::section& of);

    std::unique_ptr<driver_factory> (*open)(const driver_surroundings& s);

    /// Its targets are imagined: a group needs no schedule, and is not looked at from outside.
    bool is_simulated = false;

    /// What its drivers do that lasts, to be ended whatever the config says; null: nothing.
    std::unique_ptr<ports::action> (*make_action)() = nullptr;

    /// For how long what is done to targets of such settings lasts; nothing: it does not. Null: it never does.
    std::optional<std::chrono::nanoseconds> (*lasts)(const std::any& settings) = nullptr;

    /// The names of what may be done to its targets, if that can be chosen.
    std::span<const std::string_view> actions{};

    /// What is done to targets of such settings, as messages call it; null: "restart".
    std::string_view (*act)(const std::any& settings) = nullptr;

    /// Takes back those limits to which targets of such settings cannot be held; null: there are none.
    void (*adapt)(const std::any& settings, core::guard_limits& limits) = nullptr;
};

/// The factory of a kind whose drivers share nothing. `Make` is called with `const Settings&`, the group's name and
/// whom to tell.
template <typename Settings, typename Make>
class plain_factory final : public driver_factory {
public:
    explicit plain_factory(Make make) : make_(std::move(make)) {}

    std::unique_ptr<ports::driver> make(const std::any& settings, const std::string& group,
                                        once_teller::teller warn) override {
        return make_(std::any_cast<const Settings&>(settings), group, std::move(warn));
    }

private:
    Make make_;
};

template <typename Settings, typename Make>
[[nodiscard]] std::unique_ptr<driver_factory> make_plain_factory(Make make) {
    return std::make_unique<plain_factory<Settings, Make>>(std::move(make));
}

}  // namespace mayhem::drivers
