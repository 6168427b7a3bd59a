#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace mayhem::core {

/// What became of a target that was acted on.
enum class recovery_end : std::uint8_t {
    recovered,      ///< one new incarnation stood for as long as it must
    unstable,       ///< it came back and fell again, and did not stay before its time was over
    taken_over,     ///< somebody else stopped or removed it on purpose, and it is down since
    not_recovered,  ///< none came in time, or none of which more can be said
    not_ended,      ///< none could come: the old incarnation still stands
    unwatched,      ///< it is back, and nobody can tell since when: it could not be looked at in time
};

/// Decides when a target that was acted on has recovered, and when the next look at it is due: one and the same new
/// incarnation must stand at every look for `stable_for`. What falls between two looks is another incarnation when it
/// is seen again, so nothing is missed. A look that could not see says nothing either way.
///
/// What somebody else has stopped or removed on purpose may be about to be started by him again: so that ends the watch
/// when it has been so at every look for `stable_for`, or at the last one of all. Whoever stops a target has taken it
/// over, whatever it did before.
///
/// One clock: all times are counted from the act, or from the end of one that lasts. A stretch that begins within
/// `timeout` may be completed after it, for `stable_for` and a second; one that begins later does not count.
///
/// A value; pure; reads no clock. Whoever looks tells what was seen and when.
class stability_watch {
public:
    using time = std::chrono::nanoseconds;  ///< since the act

    struct settings {
        time timeout{};     ///< to come back
        time poll{};        ///< from one look to the next
        time stable_for{};  ///< zero: one look is enough
    };

    explicit stability_watch(const settings& s) noexcept : settings_(s) {}

    /// The act was done in time, and nobody looked until the time was over: the record could not be written before.
    void missed_its_time() noexcept { is_missed_ = true; }

    /// A look, from then to then, has seen a new incarnation that stands.
    void saw(std::string&& incarnation, time from, time to);
    /// No new incarnation stands.
    void saw_none(time from, time to);
    /// One runs, and the probe does not pass.
    void saw_it_fail(time from, time to);
    /// None stands, because somebody else has seen to that.
    void saw_it_taken(time from, time to);
    /// The look could not see.
    void saw_nothing_at_all() noexcept { has_looked_ = true; }

    [[nodiscard]] bool has_looked() const noexcept { return has_looked_; }
    [[nodiscard]] bool is_recovered() const noexcept { return is_stable_; }
    /// No further look will change the end.
    [[nodiscard]] bool is_over(time now) const noexcept;
    /// From now to the next look, or to the end. A second before the end of `timeout`, or a tenth of it, and when a
    /// stretch is completed, it is looked in any case.
    [[nodiscard]] time pause(time now) const noexcept;
    /// So long a look that begins now may take: to the end of `timeout`; what cannot wait for the next one, 10 s more.
    [[nodiscard]] time look_limit(time now) const noexcept;

    [[nodiscard]] recovery_end end() const noexcept;
    /// When the stretch began that was completed.
    [[nodiscard]] time back_after() const noexcept { return stretch_->began; }
    /// It certainly did not begin before: at the look before, it was not there yet.
    [[nodiscard]] time not_before() const noexcept { return stretch_->not_before; }
    /// Which one stands. For whoever asks for nothing else afterwards.
    [[nodiscard]] std::string take_incarnation() noexcept { return std::move(stretch_->incarnation); }

    /// For a person, what is not to be seen from the end: "it came back after 310 ms and died within 800 ms; it came
    /// back 3 times". Empty when there is nothing to say.
    [[nodiscard]] std::string describe() const;

private:
    enum class fall : std::uint8_t { gone, another, sick };

    struct stretch {
        std::string incarnation;
        time not_before{};
        time began{};
        time last_seen{};
    };

    struct first_fall {
        time began{};
        time lasted{};
        fall how = fall::gone;
    };

    void end_stretch(time from, time to, fall how) noexcept;
    [[nodiscard]] time stable_at() const noexcept { return stretch_->began + settings_.stable_for; }
    [[nodiscard]] time end_of_time() const noexcept;

    settings settings_;
    std::optional<stretch> stretch_;  ///< that is under way, or was completed
    std::optional<first_fall> fell_;
    time absent_{};              ///< at the last look that could see, it did not stand
    std::optional<time> late_;   ///< back, and too late to count
    std::optional<time> taken_;  ///< since when it was so at every look that somebody else has taken it over
    std::size_t times_back_ = 0;
    bool is_stable_ = false;
    bool is_taken_for_good_ = false;
    bool has_looked_ = false;
    bool is_missed_ = false;
};

}  // namespace mayhem::core
