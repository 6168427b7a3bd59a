#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/rules/changed_number.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/rules/span.hpp"
#include "mayhem/core/rules/span_terms.hpp"
#include "mayhem/ports/go_ahead.hpp"

namespace mayhem::ports {

/// All that must be known to undo what lasts: on record before it begins, and enough for another life of Mayhem,
/// whatever its config says.
struct undo_note {
    std::string action;   ///< the name of the action that undoes it
    std::string subject;  ///< on what it stands, for that action: a container's id. One at a time on each
    std::string life;     ///< which life of the subject: any other was not touched by us
    std::string where;    ///< how the action gets there: an engine's socket
    std::string name;     ///< for a person: "container web"
    std::vector<core::changed_number> numbers{};  ///< that must be put back, where the kernel does not by itself

    friend bool operator==(const undo_note&, const undo_note&) = default;
};

/// Something that is done to a target and lasts: a pause. It knows how to begin it and how to end it; when, and that it
/// ends whatever happens, is `pipeline::span_keeper`'s. The loop's thread only.
class action {
public:
    virtual ~action() = default;

    /// Stable, for notes: "pause". And for people: what is done to the subject ("paused"), and what undoes it
    /// ("resumed").
    struct words {
        std::string_view name;
        std::string_view done;
        std::string_view undone;
    };
    [[nodiscard]] virtual words called() const noexcept = 0;

    /// What came of an attempt to begin.
    struct beginning {
        enum class effect : std::uint8_t {
            none,        ///< nothing was done
            stands,      ///< it was done, and seen
            failed,      ///< whoever was asked failed in it, and is done with it: a look tells what there is
            unanswered,  ///< it was asked for, without an answer: it may be done, and it may yet come
        };
        effect came = effect::none;
        std::optional<core::guard> refused_by{};  ///< with `none`: who said no; nothing: it was not possible
        std::string trouble{};                    ///< for a person, unless it stands
        std::string seen{};                       ///< with `stands`: its effect as it was seen: "5 tasks"; may be empty
    };

    /// Begins it on exactly that life of the subject, or not at all, to be ended after its length at the latest. Asks
    /// `may_act` right before what cannot be taken back, when nothing is left to wait for. Throws a cancellation, and
    /// only before that.
    virtual async::awaitable<beginning> begin(undo_note n, core::span_terms terms, const go_ahead& may_act) = 0;

    /// How one that stood has ended by itself, and why, for a person; empty when its own clock says that its time is
    /// over, which goes on where ours stands still.
    struct early_end {
        core::span_end how = core::span_end::target_ended;
        std::string why;
    };

    /// Whether what this life has begun has ended by itself, before anybody ended it: nothing while it stands. Does not
    /// wait; asked some times a second while it stands. What only ends when it is ended never says anything.
    [[nodiscard]] virtual std::optional<early_end> ended_early(const undo_note& /*n*/) { return std::nullopt; }

    /// What was seen of its effect since it began, while it stands and right after its end. That there was none is only
    /// said where it was looked for to the end. No text: no more than `beginning::seen`. Does not wait.
    [[nodiscard]] virtual core::seen_effect effect_of(const undo_note& /*n*/) const { return {}; }

    /// The command that shows it in the kernel's own words, or the engine's; for a person.
    [[nodiscard]] virtual std::string how_to_see(const undo_note& n) const = 0;

    /// The command that ends it without Mayhem, whatever stands in Mayhem's way; for a person.
    [[nodiscard]] virtual std::string how_to_end(const undo_note& n) const = 0;

    enum class ending : std::uint8_t {
        undone,
        not_standing,  ///< so far: one that was asked for may still come
        gone,          ///< that life is over, and it with it
        taken_over,    ///< somebody else has changed since what we had changed: it is his now
    };

    /// Ends it, if it stands on that life. May be called again, and in another life, without the config. Throws
    /// `core::undo_failed`: it was not possible now.
    virtual async::awaitable<ending> end(undo_note n) = 0;

    /// For so long one that is not seen standing may still come: after it has stood and was ended, and after it was
    /// asked for without an answer.
    struct doubts {
        std::chrono::seconds after_it_stood;
        std::chrono::seconds after_no_answer;
    };
    [[nodiscard]] virtual doubts doubted_for() const noexcept = 0;
};

}  // namespace mayhem::ports
