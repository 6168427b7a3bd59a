#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "mayhem/async/event.hpp"
#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/guards.hpp"
#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::pipeline {

/// A restart that somebody asked for by name, and how far it has come.
struct restart_request {
    core::message message;
    bool is_journalled = false;
    std::string trouble;                ///< why it could not be journalled: then it is over
    std::optional<core::outcome> last;  ///< of the last attempt that ended
    std::string explanation;            ///< what the guard that refused has looked at; empty when none did
    async::event changed;               ///< set with each change; whoever waits clears it before

    /// Nothing more will happen: refused, restarted, or given up.
    [[nodiscard]] bool is_over() const noexcept {
        return !trouble.empty() || (last && last->disposition != core::disposition::nacked);
    }
};

/// The restarts that operators have asked for, and those whose end a publisher waits for: their messages go the way of
/// all others, and this is told what becomes of them, so that whoever asked may ask again. Outlives the flow, because a
/// reload hands an unfinished message to the next one. Forgets the oldest that is over; refuses new ones while too many
/// are not. The loop's thread only.
class restart_requests {
public:
    static constexpr std::size_t kept_max = 64;

    /// Null while `kept_max` are not over.
    [[nodiscard]] std::shared_ptr<restart_request> open(core::message m);

    /// Null for one that nobody asked for in this life of the daemon, or that is forgotten.
    [[nodiscard]] std::shared_ptr<restart_request> find(const core::uuid& message) const noexcept;

    /// Forgets a request whose message was never made.
    void drop(const core::uuid& message) noexcept;

    /// The message is durable; or it is not, because of `trouble`.
    void note_journal(const core::message& m, const std::string& trouble);
    void note_refusal(const core::message& m, core::guard by, const core::guard_facts& facts);

    /// An attempt has ended. Costs nothing where nobody has asked for anything.
    void note_end(const core::message& m, const core::outcome& o) {
        if (!kept_.empty()) {
            note_end_of_asked(m, o);
        }
    }

private:
    void note_end_of_asked(const core::message& m, const core::outcome& o);

    std::list<std::shared_ptr<restart_request>> kept_;  ///< oldest first
};

}  // namespace mayhem::pipeline
