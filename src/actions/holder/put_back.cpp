#include "actions/holder/put_back.hpp"

#include <array>
#include <fstream>
#include <utility>
#include <vector>

#include <unistd.h>

#include "mayhem/core/rules/unit_limits.hpp"

namespace mayhem::actions {

namespace {

using back = put_back_result;

constexpr std::array<std::pair<back, std::string_view>, 4> result_names{{{back::undone, "undone"},
                                                                         {back::was_not_there, "was_not_there"},
                                                                         {back::taken_over, "taken_over"},
                                                                         {back::gone, "gone"}}};

std::string current_boot() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

/// The value is right by now, whether or not this user may remove a file of systemd's; what it says until the next boot
/// is the former value.
void remove_ours(const std::string& unit, const core::changed_number& c) {
    for (const std::string& file : runtime_files(unit, c.name)) {
        if (::unlink(file.c_str()) == 0) {
            (void)::rmdir(file.substr(0, file.rfind('/')).c_str());  // not if there is another one in it
        }
    }
}

/// systemd makes one up, with defaults, for whoever asks for one that there is not.
bool is_no_unit(const limited_unit& u) { return u.load_state.empty() || u.load_state == "not-found"; }

}  // namespace

std::string_view to_string(put_back_result r) noexcept { return result_names.at(static_cast<std::size_t>(r)).second; }

std::optional<put_back_result> parse_put_back_result(std::string_view text) noexcept {
    for (const auto& [r, name] : result_names) {
        if (name == text) {
            return r;
        }
    }
    return std::nullopt;
}

put_back_result judge_number(const core::changed_number& c, std::uint64_t is) noexcept {
    if (is == c.ours) {
        return back::undone;
    }
    return is == c.before ? back::was_not_there : back::taken_over;
}

put_back_result put_back(const held_unit& u, std::string_view boot_id) {
    if (boot_id != current_boot()) {
        return back::gone;
    }
    unit_bus bus;
    limited_unit is;
    try {
        is = bus.look(u.name);
    } catch (const unit_bus_error& e) {
        if (!e.is_unknown_unit()) {
            throw;
        }
    }
    if (is_no_unit(is)) {
        for (const core::changed_number& c : u.numbers) {
            remove_ours(u.name, c);  // a unit of that name that is made later would have it
        }
        return back::gone;
    }
    std::vector<core::changed_number> ours;
    back all = back::was_not_there;
    for (const core::changed_number& c : u.numbers) {
        const back one = judge_number(c, is.state.find(c.name, c.of));
        if (one == back::undone) {
            ours.push_back(c);
        }
        all = one == back::taken_over || all == back::taken_over ? back::taken_over
              : one == back::undone                              ? back::undone
                                                                 : all;
    }
    if (!ours.empty()) {
        bus.set(u.name, ours, which_number::before);
        is = bus.look(u.name);
    }
    for (const core::changed_number& c : ours) {
        if (is.state.find(c.name, c.of) != c.before) {
            throw std::runtime_error("systemd was told to put " + c.name + " of " + u.name +
                                     " back, and says that it is another one");
        }
    }
    for (const core::changed_number& c : u.numbers) {
        if (is.state.find(c.name, c.of) == c.before) {
            remove_ours(u.name, c);
        }
    }
    return all;
}

}  // namespace mayhem::actions
