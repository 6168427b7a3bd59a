#pragma once

#include <cstdint>
#include <list>
#include <vector>

#include "mayhem/async/clock.hpp"
#include "mayhem/core/rules/reach.hpp"
#include "mayhem/core/target.hpp"
#include "mayhem/core/time.hpp"
#include "pipeline/model/group.hpp"

namespace mayhem::pipeline {

/// The targets that were acted on and are still watched, because they must stand for a while before they count as
/// recovered, and those who go down with them, without whom they have not: what comes back of them meanwhile is left
/// alone, whichever groups list it. Told apart by their names, not
/// by their incarnations, because a new one may be listed before the watch has seen it.
///
/// Of targets that share a name (workers with one command line) only those are meant that began after the act, by the
/// wall clock or by their age. Two
/// containers of one name on two engines are taken for one for as long. Bounded by the handlers that are at work. The
/// loop's thread only.
class unsettled_targets {
    struct entry {
        std::uint64_t name = 0;
        std::vector<std::uint64_t> fell;  ///< those who went down with it
        core::wall_time since{};
        async::clock::time_point since_steady{};
    };
    using entries = std::list<entry>;

public:
    /// On both clocks: somebody may set the wall's between two of them.
    struct instant {
        core::wall_time wall{};
        async::clock::time_point steady{};
    };

    /// From before the act until it is settled what became of it. Must end before the list.
    class hold {
    public:
        hold() noexcept = default;
        hold(hold&& other) noexcept;
        hold& operator=(hold&& other) noexcept;
        ~hold();

    private:
        friend unsettled_targets;
        hold(entries& all, entries::iterator mine) noexcept : all_(&all), mine_(mine) {}

        entries* all_ = nullptr;
        entries::iterator mine_{};
    };

    /// `t` is about to be acted on by that driver of the group, and `falling` goes down with it; null: nobody, as far
    /// as is known. An act that lasts leaves a process alone, so what stands afterwards may be older than it.
    [[nodiscard]] hold add(const core::target& t, const group& g, ports::driver& by, const core::reach* falling,
                           instant now);

    /// Whether `t` may be what came back of one of them.
    [[nodiscard]] bool has(const core::target& t, const group& g, instant now) const noexcept {
        return !all_.empty() && is_among(t, g, now);
    }

private:
    [[nodiscard]] bool is_among(const core::target& t, const group& g, instant now) const noexcept;

    entries all_;
};

}  // namespace mayhem::pipeline
