#include "telemetry/step_log.hpp"

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "mayhem/core/rules/breaker.hpp"
#include "mayhem/core/time.hpp"
#include "telemetry/journal_event.hpp"

namespace mayhem::telemetry {

namespace {

level level_of(const ports::step& s) noexcept {
    switch (s.kind) {
        using enum ports::step_kind;
        case published: return level::debug;
        case not_recovered:
        case unstable:
        case not_tolerated:
        case aborted:
        case no_effect:
        case not_ended:
        case breaker_opened:
        case lease_lost: return level::warning;
        case fault_stuck:
        case restart_failed:
        case failed:
        case dead_lettered: return level::error;
        case recovered: return s.slower == nullptr ? level::info : level::warning;
        case pulled:
        case extended:
        case saved:
        case restarted:
        case fault_begun:
        case fault_ended:
        case taken_over:
        case refused:
        case acked:
        case nacked: break;
    }
    return level::info;
}

std::string in_parentheses(std::string_view detail) {
    return detail.empty() ? std::string() : " (" + std::string(detail) + ')';
}

}  // namespace

void step_log::observe(const ports::step& s) noexcept {
    count(s);
    if (!log_.is_enabled(level_of(s))) {
        return;
    }
    if (!log_.is_structured()) {
        write(log_, s);
        return;
    }
    const std::string message = s.message.id.to_string();
    const std::string attempt = std::to_string(s.attempt);
    std::vector<log_field> fields{{"MESSAGE_ID", id_of(s.kind)},
                                  {"GROUP", s.message.group},
                                  {"TARGET", s.message.target.id},
                                  {"MAYHEM_MESSAGE", message},
                                  {"MAYHEM_STEP", ports::to_string(s.kind)},
                                  {"ATTEMPT", attempt}};
    if (s.refused_by) {
        fields.push_back({"GUARD", core::to_string(*s.refused_by)});
    }
    if (const std::string_view outcome = outcome_of(s.kind); !outcome.empty()) {
        fields.push_back({"OUTCOME", outcome});
    }
    if (s.slower != nullptr) {
        fields.push_back({"PACE", core::to_string(core::pace::slow)});
    }
    write(log_.with(fields), s);
}

void step_log::write(const log& to, const ports::step& s) noexcept {
    const core::message& m = s.message;
    const std::string text = core::to_string(m);
    const std::string& host = m.target.id;
    switch (s.kind) {
        using enum ports::step_kind;
        case published: to.debug("Published {}", text); break;
        case pulled: to.info("Pulled {}", text); break;
        case extended: to.info("Extended deadline by {:g} seconds for {}", core::to_seconds(s.length), text); break;
        case saved: to.info("Saved {} into database", text); break;
        case restarted: to.info("Restarted {}", host); break;
        case fault_begun:
            to.info("Began {} of {} for {:.1f} s{}", s.action, host, core::to_seconds(s.length),
                    in_parentheses(s.detail));
            break;
        case fault_ended: to.info("Ended {} of {} after {:.1f} s", s.action, host, core::to_seconds(s.length)); break;
        case fault_stuck:
            to.error("Cannot end {} of {} after {:.1f} s{}", s.action, host, core::to_seconds(s.length),
                     s.detail.empty() ? "" : ": " + std::string(s.detail));
            break;
        case restart_failed: to.error("Retrying for failure to restart: {}", host); break;
        case failed: to.error("Handling general error: {}", s.detail); break;
        case recovered:
            if (s.slower == nullptr) {
                to.info("Recovered {} in {:.3f} s{}", host, core::to_seconds(s.length), in_parentheses(s.detail));
            } else {
                to.warning("Recovered {} in {:.3f} s, {}{}", host, core::to_seconds(s.length),
                           core::describe(*s.slower), in_parentheses(s.detail));
            }
            break;
        case not_recovered:
            to.warning("Not recovered: {} within {:.1f} s{}", host, core::to_seconds(s.length),
                       in_parentheses(s.detail));
            break;
        case taken_over: to.info("Taken over: {} is somebody else's now{}", host, in_parentheses(s.detail)); break;
        case unstable:
            to.warning("Came back and did not stay: {} within {:.1f} s{}", host, core::to_seconds(s.length),
                       in_parentheses(s.detail));
            break;
        case not_tolerated:
            to.warning("Not tolerated: {} is back after {:.3f} s, but{}", host, core::to_seconds(s.length),
                       s.detail.empty() ? "" : " " + std::string(s.detail));
            break;
        case aborted:
            to.warning("Broken off: {} is back after {:.3f} s{}", host, core::to_seconds(s.length),
                       in_parentheses(s.detail));
            break;
        case no_effect:
            to.warning("Had no effect: {} is there {:.3f} s after its end{}", host, core::to_seconds(s.length),
                       in_parentheses(s.detail));
            break;
        case not_ended:
            to.warning("Did not end: {} within {:.1f} s{}", host, core::to_seconds(s.length), in_parentheses(s.detail));
            break;
        case refused:
            to.info("Refused to restart {}: {}{}", host, core::to_string(s.refused_by.value_or(core::guard::dry_run)),
                    in_parentheses(s.detail));
            break;
        case breaker_opened:
            to.warning("group '{}': the breaker opens: {}; nothing is restarted in it any more, {}", m.group, s.detail,
                       core::how_to_close(m.group));
            break;
        case lease_lost: to.warning("Lost the lease of {}: somebody else has it now", text); break;
        case acked: to.info("Done. Acked {}", text); break;
        case nacked: to.info("Done. Nacked {}, redelivery in {:.1f} s", text, core::to_seconds(s.length)); break;
        case dead_lettered: to.error("Dead-lettered {} after {} attempts: {}", text, s.attempt, s.detail); break;
    }
}

void step_log::skipped(const core::skip& s) noexcept {
    metrics_.skipped += static_cast<std::uint64_t>(s.moments);
    if (!log_.is_structured() || !log_.is_enabled(level::info)) {
        return;  // elsewhere the publisher's warning is enough
    }
    const std::array fields{log_field{"MESSAGE_ID", id_of(journal_event::skipped)}, log_field{"GROUP", s.group},
                            log_field{"REASON", core::to_string(s.reason)}};
    log_.with(fields).info("Skipped {} of group '{}' ({}): {}",
                           s.moments == 1 ? std::string("a moment") : std::to_string(s.moments) + " moments", s.group,
                           core::to_string(s.reason), s.detail);
}

void step_log::warn(std::string_view text) noexcept { log_.write_text(level::warning, text); }

void step_log::count(const ports::step& s) noexcept {
    switch (s.kind) {
        using enum ports::step_kind;
        case published: ++metrics_.published; break;
        case pulled: ++metrics_.consumed; break;
        case extended: ++metrics_.extended; break;
        case saved: ++metrics_.saved; break;
        case restarted:
        case fault_ended: ++metrics_.restarted; break;
        case fault_stuck:
            ++metrics_.restarted;
            ++metrics_.fault_stuck;
            break;
        case recovered: ++metrics_.recovered; break;
        case not_recovered: ++metrics_.not_recovered; break;
        case unstable: ++metrics_.unstable; break;
        case not_tolerated: ++metrics_.not_tolerated; break;
        case aborted: ++metrics_.aborted; break;
        case no_effect: ++metrics_.no_effect; break;
        case taken_over: ++metrics_.taken_over; break;
        case not_ended: ++metrics_.not_ended; break;
        case refused: metrics_.count_refusal(s.refused_by.value_or(core::guard::dry_run)); break;
        case lease_lost: ++metrics_.leases_lost; break;
        case acked: ++metrics_.acked; break;
        case nacked: ++metrics_.nacked; break;
        case dead_lettered: ++metrics_.dead_lettered; break;
        case restart_failed:
        case fault_begun:
        case breaker_opened:
        case failed: break;
    }
}

}  // namespace mayhem::telemetry
