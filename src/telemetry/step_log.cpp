#include "telemetry/step_log.hpp"

#include <chrono>
#include <string>

namespace mayhem::telemetry {

namespace {

level level_of(ports::step_kind k) noexcept {
    switch (k) {
        using enum ports::step_kind;
        case published: return level::debug;
        case not_recovered:
        case lease_lost: return level::warning;
        case restart_failed:
        case failed:
        case dead_lettered: return level::error;
        case pulled:
        case extended:
        case saved:
        case restarted:
        case recovered:
        case refused:
        case acked:
        case nacked: break;
    }
    return level::info;
}

double seconds(core::duration d) noexcept { return std::chrono::duration<double>(d).count(); }

}  // namespace

void step_log::observe(const ports::step& s) noexcept {
    count(s);
    if (!log_.is_enabled(level_of(s.kind))) {
        return;
    }
    const core::message& m = s.message;
    const std::string text = core::to_string(m);
    const std::string& host = m.target.id;
    switch (s.kind) {
        using enum ports::step_kind;
        case published: log_.debug("Published {}", text); break;
        case pulled: log_.info("Pulled {}", text); break;
        case extended: log_.info("Extended deadline by {:g} seconds for {}", seconds(s.length), text); break;
        case saved: log_.info("Saved {} into database", text); break;
        case restarted: log_.info("Restarted {}", host); break;
        case restart_failed: log_.error("Retrying for failure to restart: {}", host); break;
        case failed: log_.error("Handling general error: {}", s.detail); break;
        case recovered: log_.info("Recovered {} in {:.3f} s", host, seconds(s.length)); break;
        case not_recovered: log_.warning("Not recovered: {} within {:.1f} s", host, seconds(s.length)); break;
        case refused:
            log_.info("Refused to restart {}: {}", host, core::to_string(s.refused_by.value_or(core::guard::dry_run)));
            break;
        case lease_lost: log_.warning("Lost the lease of {}: somebody else has it now", text); break;
        case acked: log_.info("Done. Acked {}", text); break;
        case nacked: log_.info("Done. Nacked {}, redelivery in {:.1f} s", text, seconds(s.length)); break;
        case dead_lettered: log_.error("Dead-lettered {} after {} attempts: {}", text, s.attempt, s.detail); break;
    }
}

void step_log::warn(std::string_view text) noexcept { log_.write_text(level::warning, text); }

void step_log::count(const ports::step& s) noexcept {
    switch (s.kind) {
        using enum ports::step_kind;
        case published: ++metrics_.published; break;
        case pulled: ++metrics_.consumed; break;
        case extended: ++metrics_.extended; break;
        case saved: ++metrics_.saved; break;
        case restarted: ++metrics_.restarted; break;
        case recovered: ++metrics_.recovered; break;
        case not_recovered: ++metrics_.not_recovered; break;
        case refused: metrics_.count_refusal(s.refused_by.value_or(core::guard::dry_run)); break;
        case lease_lost: ++metrics_.leases_lost; break;
        case acked: ++metrics_.acked; break;
        case nacked: ++metrics_.nacked; break;
        case dead_lettered: ++metrics_.dead_lettered; break;
        case restart_failed:
        case failed: break;
    }
}

}  // namespace mayhem::telemetry
