#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/rules/usual_recovery.hpp"
#include "record/history.hpp"

namespace mayhem::stores {

/// How a target is, beside its own past; in the order in which rows are listed.
enum class recovery_word : std::uint8_t {
    not_back,   ///< the last act of which the end is known; until a later one came back
    slow,       ///< as `core::pace`, of the last one that came back
    creeping,   ///< likewise
    under_way,  ///< somebody acts on it now, or the daemon was killed in it
    as_usual,
    too_few,  ///< came back on record, to say anything
    never,    ///< none came back on record
};

/// "not_back", "slow", ...: as JSON has them.
std::string_view to_string(recovery_word w) noexcept;

/// One target of one group.
struct recovery_row {
    std::string group;
    std::string target;
    std::string name;
    std::string act;  ///< what was done when it came back last; empty: that is not on record
    recovery_word word = recovery_word::never;
    std::optional<core::usual_recovery> usual{};  ///< before `last`
    double factor = 0;                            ///< as `core::recovery_judgement`
    std::optional<history_row> last{};            ///< the last act that came back or did not
    std::string host{};                           ///< as in `history_row`
};

/// Whether `a` is listed before `b`.
[[nodiscard]] bool is_less_usual(const recovery_row& a, const recovery_row& b);

/// Every target of `h.attempts` that was acted on. Pure: what is said of the last recovery is said by the function by
/// which the daemon judges it, over the same past, for which `h` must be read `with_past`. Not back: the newest first;
/// slow and creeping: by factor; as usual: the newest first; all else by name.
[[nodiscard]] std::vector<recovery_row> compare_recoveries(const history& h);

}  // namespace mayhem::stores
