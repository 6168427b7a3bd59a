#include "drivers/systemd/systemd_end.hpp"

namespace mayhem::drivers {

namespace {

using way = core::end_seen::way;

/// Whether the request that ended it may be the one that the act itself made.
bool may_be_ours(const systemd_unit& u, const act_on_unit& act) {
    const bool is_that_life = u.invocation == act.invocation || u.invocation.empty();
    switch (act.action) {
        case systemd_action::freeze:
        case systemd_action::cut:
        case systemd_action::loss:
        case systemd_action::dns:
        case systemd_action::delay:
        case systemd_action::fill:
        case systemd_action::throttle:
        case systemd_action::kill: return false;  // a signal asks for no stop
        case systemd_action::stop: return is_that_life;
        case systemd_action::restart: break;
    }
    // A restart that was carried out has started it again, and one that was canceled was taken from us.
    return is_that_life && act.job_result != "done" && act.job_result != "canceled";
}

/// Of a unit that is inactive and has not failed.
way way_of_inactive(const systemd_unit& u, const act_on_unit& act) {
    if (u.has_been_tried && !u.conditions_met) {
        return way::by_itself;
    }
    if (u.result != "success" || u.remains_after_exit) {
        return way::asked_for;
    }
    if (is_forgotten(u)) {  // who always comes back was stopped, and who was about to
        return u.restart == "always" || act.sub_state_seen == "auto-restart" ? way::asked_for : way::unknown;
    }
    return u.main_ended_at > u.left_active_at ? way::asked_for : way::by_itself;
}

}  // namespace

core::end_seen end_of_unit(const systemd_unit& u, const act_on_unit& act, std::string_view job_type) {
    core::end_seen e;
    e.may_be_the_act = may_be_ours(u, act);
    e.is_about_to_start = u.has_job && job_type != "stop";
    if (u.load_state == "not-found") {
        e.how = way::removed;
        e.told_by = "there is no such unit any more";
    } else if (u.active_state == "failed") {
        e.how = way::by_itself;
    } else if (u.active_state == "inactive") {
        e.how = way_of_inactive(u, act);
        e.told_by = u.load_state == "masked" ? "it was stopped and masked" : "systemd was asked to stop it";
    } else if (u.active_state == "deactivating" && job_type == "stop") {
        e.how = way::asked_for;
        e.told_by = "systemd is stopping it, as it was asked to";
    }
    return e;
}

}  // namespace mayhem::drivers
