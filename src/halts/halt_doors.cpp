#include "halts/halt_doors.hpp"

#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace mayhem::app {

using pipeline::halt_door;
using pipeline::halt_reason;
using telemetry::journal_event;

std::string describe(const halt_reason& r) {
    return fmt::format("since {:%Y-%m-%d %H:%M:%S} by {}{}{}",
                       fmt::localtime(std::chrono::system_clock::to_time_t(r.since)), r.who, r.why.empty() ? "" : ": ",
                       r.why);
}

void halt_doors::open(const halt_reason& r) {
    if (switch_.halt(r)) {
        tell_open(r.door);
    }
}

void halt_doors::replace(const halt_reason& r) {
    (void)switch_.resume(r.door);
    open(r);
}

void halt_doors::tell_open(halt_door d) const {
    const halt_reason* const r = switch_.find(d);
    if (r == nullptr) {
        return;
    }
    log_with(journal_event::halted, *r, [&](const telemetry::log& to) {
        to.warning("Halted {}: nothing is restarted until that is taken back", describe(*r));
    });
    tell("halted", *r);
}

void halt_doors::close(halt_door d, const std::string& who) {
    if (!switch_.resume(d)) {
        return;
    }
    const halt_reason r{d, who, loop_.clock().wall_now(), {}};
    log_with(journal_event::resumed, r, [&](const telemetry::log& to) {
        to.info("Resumed by {}{}", who, switch_.is_halted() ? ", but it is halted for another reason, too" : "");
    });
    tell("resumed", r);
}

void halt_doors::log_with(journal_event e, const halt_reason& r,
                          const std::function<void(const telemetry::log&)>& write) const {
    const std::array fields{telemetry::log_field{"MESSAGE_ID", telemetry::id_of(e)},
                            telemetry::log_field{"MAYHEM_DOOR", to_string(r.door)},
                            telemetry::log_field{"MAYHEM_WHO", r.who}, telemetry::log_field{"MAYHEM_WHY", r.why}};
    write(log_.with(fields));
}

void halt_doors::tell(std::string_view what, const halt_reason& r) const {
    for (const listener& told : listeners_) {
        told(what, r);
    }
}

}  // namespace mayhem::app
