#include "drivers/process/upholder.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>

#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

enum class habit : std::uint8_t {
    always,         ///< starts again whatever has ended, and however
    by_its_config,  ///< as a rule
    supervisord,
    never,  ///< starts by the clock
};

struct supervisor_program {
    std::string_view name;  ///< as `ps -o comm` shows it; of PM2, which puts its version there, the beginning
    habit does;
};

constexpr auto supervisors = std::to_array<supervisor_program>({
    {"runsv", habit::always},
    {"s6-supervise", habit::always},
    {"supervise", habit::always},
    {"supervise-daemo", habit::by_its_config},
    {"supervisord", habit::supervisord},
    {"circusd", habit::by_its_config},
    {"PM2 ", habit::by_its_config},
    {"cron", habit::never},
    {"crond", habit::never},
    {"anacron", habit::never},
    {"atd", habit::never},
});

const supervisor_program* find_supervisor(const process_info& p) {
    const std::string_view program = file_name(p.executable);
    const auto found = std::ranges::find_if(supervisors, [&](const supervisor_program& s) {
        return s.name.ends_with(' ') ? p.name.starts_with(s.name) : p.name == s.name || program == s.name;
    });
    return found == supervisors.end() ? nullptr : found;
}

std::string called(const process_info& p) { return p.name + '[' + std::to_string(p.pid) + ']'; }

upholder starts_it_again(std::string why) { return {upholder::answer::starts_it_again, std::move(why)}; }
upholder not_known(std::string why) { return {upholder::answer::not_known, std::move(why)}; }

upholder leaves_it(std::string why) {
    return {upholder::answer::leaves_it, std::move(why) + "; if something else starts it again, set allow_dead = true"};
}

upholder by_unit(const process_origin& o, int signal) {
    const std::string& unit = o.service.unit;
    const auto why = why_not_back(*o.unit, systemd_action::kill, signal, o.does);
    if (!why) {
        return starts_it_again(unit + " starts it again (Restart=" + o.unit->restart + ")");
    }
    return leaves_it(unit + ", whose main process it is, would stay down: " + *why +
                     ", which driver = \"systemd\" has");
}

upholder by_supervisord(const process_origin& o, const process_info& supervisor, int signal) {
    const std::string who = called(supervisor);
    if (!o.entry) {
        return starts_it_again(who + " starts it again as a rule; what its config says of it could not be read");
    }
    const std::string said = "autorestart=" + o.entry->autorestart + " in [" + o.entry->section + "]";
    if (o.entry->autorestart == "true") {
        return starts_it_again(who + " starts it again (" + said + ")");
    }
    if (o.entry->autorestart == "false") {
        return leaves_it(who + " does not start it again: it has " + said + ": let it have true");
    }
    if (signal == SIGKILL || o.does == system::signal_disposition::by_default) {
        return starts_it_again(who + " starts it again, because it does not end as expected (" + said + ")");
    }
    return leaves_it("it handles " + system::signal_name(signal) + ", and may end with a status that " + who +
                     " expects (" + said + "): let it have true, or use signal = \"KILL\"");
}

/// Between the process and that one: nobody but a shell that runs what cron was told.
bool is_started_by(const process_origin& o, std::size_t ancestor) {
    return std::all_of(o.ancestors.begin(), o.ancestors.begin() + static_cast<std::ptrdiff_t>(ancestor),
                       [](const process_info& p) {
                           return p.command_line.find("sh -c ") != std::string::npos || p.name.starts_with("cron");
                       });
}

std::optional<upholder> by_supervisor(const process_origin& o, int signal) {
    for (std::size_t i = 0; i < o.ancestors.size(); ++i) {
        const process_info& ancestor = o.ancestors[i];
        const supervisor_program* const known = find_supervisor(ancestor);
        if (known == nullptr) {
            continue;
        }
        const std::string who = called(ancestor);
        const std::string through = i == 0 ? "" : ", if " + called(o.ancestors.front()) + " ends with it";
        switch (known->does) {
            case habit::always: return starts_it_again(who + " starts it again" + through);
            case habit::by_its_config: return starts_it_again(who + " starts it again as a rule" + through);
            case habit::supervisord:
                if (i > 0) {
                    return starts_it_again(who + " starts it again as a rule" + through);
                }
                return by_supervisord(o, ancestor, signal);
            case habit::never:
                if (is_started_by(o, i)) {
                    return leaves_it(who + " started it, and starts it anew when its time has come, not when it ends");
                }
                return std::nullopt;
        }
    }
    return std::nullopt;
}

std::string why_not_known(const process_origin& o) {
    std::string text;
    if (o.ancestors.empty() || o.ancestors.front().pid == 1) {
        text = o.ancestors.empty() ? "its parent cannot be seen"
                                   : "its parent is PID 1, " + o.ancestors.front().name + ", which may have adopted it";
    } else {
        text = "its parent " + called(o.ancestors.front()) + " is not known to";
    }
    if (o.service.is_of_user) {
        return text + ", and " + o.service.unit +
               " belongs to a user's service manager, whose word of it cannot be "
               "had";
    }
    if (!o.unit_trouble.empty()) {
        return text + ", and " + o.service.unit + " cannot be asked about: " + o.unit_trouble;
    }
    return o.service.unit.empty() ? text : text + ", and it is not the main process of " + o.service.unit;
}

}  // namespace

bool is_main_process(const process_origin& o) noexcept {
    return o.unit && o.unit->main_process > 0 && o.unit->main_process == o.process.pid;
}

std::string describe(const upholder& u) {
    return u.is == upholder::answer::not_known ? "nobody is known to start it again: " + u.why : u.why;
}

namespace {

upholder find_owner(const process_origin& o, int signal) {
    if (is_main_process(o)) {
        return by_unit(o, signal);
    }
    if (!o.ancestors.empty() && o.ancestors.front().pid != 1 && is_same_program(o.ancestors.front(), o.process)) {
        return starts_it_again("its parent " + called(o.ancestors.front()) +
                               " runs the same program, and replaces what it has forked as a rule");
    }
    if (const auto found = by_supervisor(o, signal)) {
        return *found;
    }
    return not_known(why_not_known(o));
}

}  // namespace

upholder find_upholder(const process_origin& o, int signal) {
    upholder owner = find_owner(o, signal);
    if (owner.is == upholder::answer::starts_it_again) {
        return owner;
    }
    if (o.monit && o.monit->is_started_again) {
        return starts_it_again("monit starts it again when it looks next (check process " + o.monit->name + ")");
    }
    if (o.monit) {
        owner.why += "; and monit, which looks at it, does not start it (check process " + o.monit->name + ")";
    } else if (o.is_monit_silent && owner.is == upholder::answer::not_known) {
        owner.why += "; and whether monit does cannot be known, because its config may not be read";
    }
    return owner;
}

}  // namespace mayhem::drivers
