#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mayhem/async/loop.hpp"
#include "pipeline/model/halt_switch.hpp"
#include "telemetry/journal_event.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The switch that the pipeline looks at. Logs whatever changes it, with who and when and why, and tells the listeners.
/// The loop's thread only.
class halt_doors {
public:
    halt_doors(async::loop& l, telemetry::log log) : loop_(l), log_(log) {}

    [[nodiscard]] const pipeline::halt_switch& get() const noexcept { return switch_; }

    /// Called after each change, with what happened ("halted", "resumed") and its reason; those of before stay.
    using listener = std::function<void(std::string_view what, const pipeline::halt_reason& r)>;
    void on_change(listener f) { listeners_.push_back(std::move(f)); }

    /// Holds at once, and tells of it unless nothing is new: the first reason stands.
    void open(const pipeline::halt_reason& r);

    /// Holds at once; `tell_open` tells of it. False if nothing is new.
    [[nodiscard]] bool open_untold(pipeline::halt_reason r) { return switch_.halt(std::move(r)); }
    void tell_open(pipeline::halt_door d) const;

    /// Another reason for what is open, without a moment in between.
    void replace(const pipeline::halt_reason& r);

    /// Who opened it, once it is known better: nobody is told.
    void rename(pipeline::halt_door d, std::string who) { switch_.rename(d, std::move(who)); }

    /// Nothing if it is closed. Other doors stay as they are.
    void close(pipeline::halt_door d, const std::string& who);

private:
    void log_with(telemetry::journal_event e, const pipeline::halt_reason& r,
                  const std::function<void(const telemetry::log&)>& write) const;
    void tell(std::string_view what, const pipeline::halt_reason& r) const;

    async::loop& loop_;
    const telemetry::log log_;
    pipeline::halt_switch switch_;
    std::vector<listener> listeners_;
};

/// "since 2026-11-23 22:13:37 by root: maintenance (file /var/lib/mayhem/halt)", in the system's time zone.
[[nodiscard]] std::string describe(const pipeline::halt_reason& r);

}  // namespace mayhem::app
