#include "pipeline/handling/act_verdict.hpp"

namespace mayhem::pipeline {

act_verdict judge_act(bool is_saved, act_end act, bool is_cancelled) noexcept {
    using core::verdict;
    switch (act) {
        case act_end::refused: return {.verdict = verdict::refused};
        case act_end::failed:
            if (is_cancelled) {
                return {};
            }
            return {.verdict = verdict::restart_failed};
        case act_end::stopped: return {};
        case act_end::cut: return {.keeps_claim = true};
        case act_end::done:
        case act_end::in_doubt: break;
    }
    return {.verdict = is_saved || is_cancelled ? verdict::unwatched : verdict::save_failed,
            .keeps_claim = true,
            .is_watched = !is_cancelled};
}

act_verdict after_watch(act_verdict before, act_end act, core::recovery_end end) noexcept {
    switch (end) {
        case core::recovery_end::recovered:
            before.verdict = before.verdict == core::verdict::unwatched ? core::verdict::recovered : before.verdict;
            break;
        case core::recovery_end::unstable: before.verdict = core::verdict::unstable; break;
        case core::recovery_end::taken_over: before.verdict = core::verdict::taken_over; break;
        case core::recovery_end::not_recovered: before.verdict = core::verdict::not_recovered; break;
        case core::recovery_end::not_ended: before.verdict = core::verdict::not_ended; break;
        case core::recovery_end::unwatched: break;
    }
    const bool may_stand = end == core::recovery_end::not_recovered || end == core::recovery_end::not_ended;
    before.keeps_claim = may_stand && act != act_end::in_doubt;
    before.is_doubted = may_stand && act == act_end::in_doubt;
    before.is_watched = false;
    return before;
}

act_verdict after_span(act_verdict before, core::during_policy during, const core::span_facts* lasted) noexcept {
    if (lasted != nullptr && !lasted->stuck.empty() && before.verdict != core::verdict::save_failed) {
        before.verdict = core::verdict::fault_stuck;
    }
    if (before.verdict != core::verdict::recovered || lasted == nullptr) {
        return before;
    }
    if (lasted->ended_by == core::span_end::stop_condition) {
        before.verdict = core::verdict::aborted;
    } else if (during == core::during_policy::must_pass && lasted->during.red > 0) {
        before.verdict = core::verdict::not_tolerated;
    } else if (lasted->effect.is_none) {
        before.verdict = core::verdict::no_effect;
    }
    return before;
}

}  // namespace mayhem::pipeline
