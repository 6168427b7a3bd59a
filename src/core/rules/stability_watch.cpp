#include "mayhem/core/rules/stability_watch.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/core/text/add_to.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::core {

namespace {

using time = stability_watch::time;

/// So long before the end of its time there is one more look at the latest: what came back since the one before is not
/// lost. And so long a look that could not see when a stretch was to be completed is made up for.
constexpr time last_look = std::chrono::seconds{1};

constexpr time last_answer = std::chrono::seconds{10};

}  // namespace

void stability_watch::saw(std::string&& incarnation, time from, time to) {
    has_looked_ = true;
    taken_.reset();
    if (stretch_ && stretch_->incarnation == incarnation) {
        stretch_->last_seen = to;
        is_stable_ = from >= stable_at();
        return;
    }
    end_stretch(stretch_ ? stretch_->last_seen : absent_, to, fall::another);
    if (to > settings_.timeout) {
        late_ = late_.value_or(to);
        return;
    }
    ++times_back_;
    stretch_.emplace(std::move(incarnation), absent_, to, to);
    is_stable_ = settings_.stable_for == time{};
}

void stability_watch::saw_none(time from, time to) {
    has_looked_ = true;
    taken_.reset();
    end_stretch(from, to, fall::gone);
}

void stability_watch::saw_it_fail(time from, time to) {
    has_looked_ = true;
    taken_.reset();
    end_stretch(from, to, fall::sick);
}

void stability_watch::saw_it_taken(time from, time to) {
    has_looked_ = true;
    end_stretch(from, to, fall::gone);
    taken_ = taken_.value_or(to);
    is_taken_for_good_ = to >= *taken_ + settings_.stable_for;
}

void stability_watch::end_stretch(time from, time to, fall how) noexcept {
    absent_ = from;
    if (stretch_ && !fell_) {
        fell_ = first_fall{.began = stretch_->began, .lasted = to - stretch_->began, .how = how};
    }
    stretch_.reset();
}

time stability_watch::end_of_time() const noexcept {
    return stretch_ ? std::max(settings_.timeout, stable_at() + last_look) : settings_.timeout;
}

bool stability_watch::is_over(time now) const noexcept {
    return is_stable_ || is_taken_for_good_ || (has_looked_ && now >= end_of_time());
}

time stability_watch::pause(time now) const noexcept {
    const time due = stretch_ ? stable_at() : settings_.timeout - std::min(last_look, settings_.timeout / 10);
    const time next = now < due ? std::min(settings_.poll, due - now) : settings_.poll;
    return std::max(std::min(next, end_of_time() - now), time{});
}

time stability_watch::look_limit(time now) const noexcept {
    const time left = settings_.timeout - now;
    return stretch_ || left <= time{} ? std::max(left, time{}) + last_answer : left;
}

recovery_end stability_watch::end() const noexcept {
    if (is_stable_) {
        return recovery_end::recovered;
    }
    if (taken_) {
        return recovery_end::taken_over;
    }
    if (fell_) {
        return recovery_end::unstable;
    }
    return late_ && is_missed_ ? recovery_end::unwatched : recovery_end::not_recovered;
}

std::string stability_watch::describe() const {
    std::string text;
    if (fell_) {
        const char* const what = fell_->how == fall::another ? " and died within "
                                 : fell_->how == fall::gone  ? " and was down again within "
                                                             : " and was not well any more within ";
        text = "it came back after " + format_duration(fell_->began) + what + format_duration(fell_->lasted);
        if (times_back_ > 1) {
            add_to(text, "it came back " + std::to_string(times_back_) + " times");
        }
    }
    if (stretch_ && !is_stable_) {
        add_to(text, "it was back after " + format_duration(stretch_->began) + " and seen for " +
                         format_duration(stretch_->last_seen - stretch_->began) + ", which is not " +
                         format_duration(settings_.stable_for) + " yet");
    }
    if (late_) {
        add_to(text, (is_missed_ ? "it could not be looked at in time, and was back when it was, after "
                                 : "it was back too late, after ") +
                         format_duration(*late_));
    }
    return text;
}

}  // namespace mayhem::core
