#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/core/target.hpp"
#include "sim/world/config_maker.hpp"
#include "sim/world/scene.hpp"
#include "sim/world/undo_shelf.hpp"

namespace mayhem::sim {

/// The targets of a world: what lives, dies when it is hit, by itself or slowly, and comes back, sooner or later; also
/// those whom somebody stops on purpose after they were hit, until he starts them again.
/// Belongs to the world, and so outlives every daemon.
class herd {
public:
    struct life {
        std::uint64_t number = 0;
        target_state state = target_state::down;
        core::wall_time started_at{};
        bool is_paused = false;
        bool is_taken = false;               ///< somebody has stopped it on purpose
        async::clock::time_point ends_at{};  ///< while it is dying
    };

    /// `pauses` outlives it.
    herd(scene& s, undo_shelf& pauses);

    /// Before the world begins: a target that lives.
    void add(const config_maker::herd_member& m);

    /// Something that ends targets now and then. Until cancelled.
    async::awaitable<void> run();
    [[nodiscard]] async::task_group& tasks() noexcept { return tasks_; }

    /// What is told to end, ends: at once, or after a while; or it takes no notice, and lives on as it did until
    /// somebody sees to it. `act`: whose hit it is.
    void hit(const std::string& name, std::uint64_t number, std::uint64_t act, const char* signal);

    /// The same, after a while, whatever has become of whoever wanted it.
    void hit_later(std::string name, std::uint64_t number, std::uint64_t act, std::chrono::nanoseconds after);

    /// A pause that an act has asked for.
    struct pause_wish {
        std::string name;
        std::uint64_t number = 0;
        std::uint64_t act = 0;
        std::string group;
        bool has_no_effect = false;  ///< and whoever looks finds it well
    };

    /// What is healthy stands still; `length` is when that is to end. A target that goes on is another incarnation than
    /// before, though it did not die, as the docker driver has it.
    void pause(const pause_wish& w, std::chrono::nanoseconds length);
    void pause_later(pause_wish w, std::chrono::nanoseconds length, std::chrono::nanoseconds after);
    /// False if it is not paused.
    bool resume(const std::string& name, fault_end how = fault_end::undone);

    /// Whether what the group's stop condition asks is well; a question is when it may cease to be, for a while.
    [[nodiscard]] bool is_shop_well(const std::string& group);

    /// A life of the daemon begins: who was told to end before and has not done so, which is a weak moment until it
    /// does.
    [[nodiscard]] std::vector<std::string> meet_new_life();

    [[nodiscard]] const life& of(const std::string& name) const { return members_.at(name).now; }
    [[nodiscard]] std::vector<std::string> members_of(const std::string& group) const;
    [[nodiscard]] bool is_in(const std::string& name, const std::string& group) const;

    /// Who stands now and goes down with it, and with whom of those.
    struct bond {
        std::string name;
        std::string with;
    };
    [[nodiscard]] std::vector<bond> who_falls_with(const std::string& name) const;

    /// The same, whether they stand or not.
    [[nodiscard]] std::vector<bond> who_is_bound_to(const std::string& name) const;

    /// Who else falls when it does, which no driver knows.
    [[nodiscard]] std::vector<std::string> who_falls_unforetold(const std::string& name) const;
    [[nodiscard]] bool is_protected(const std::string& name) const { return members_.at(name).is_protected; }
    /// It was told to end, and will take longer than most.
    [[nodiscard]] bool dies_slowly(const std::string& name) const;
    [[nodiscard]] bool is_in_several_groups(const std::string& name) const {
        return members_.at(name).groups.size() > 1;
    }
    [[nodiscard]] core::target describe(const std::string& name) const;

    [[nodiscard]] static std::string incarnation_of(std::uint64_t number) { return std::to_string(number); }
    /// Of which life that is; 0: of none.
    [[nodiscard]] static std::uint64_t number_of(const std::string& incarnation) noexcept;

private:
    /// One who always takes about as long to stand again, until one day he takes longer: for good, or now and then.
    struct habit {
        std::chrono::nanoseconds start{};
        std::uint64_t slows_after = 0;  ///< so many lives
        double times = 1;
        bool is_for_good = false;
    };

    struct member {
        std::vector<std::string> groups;
        std::vector<std::string> falls_with;
        std::vector<std::string> secretly_with;
        bool is_protected = false;
        bool is_told_taken = false;  ///< to the judge
        bool is_tolerant = false;    ///< its probe passes, whatever stands on it
        bool waits = false;          ///< it would be back, and somebody keeps it down
        std::optional<habit> usual{};
        life now{};
    };

    [[nodiscard]] std::optional<habit> draw_habit();
    [[nodiscard]] std::chrono::nanoseconds start_time(const member& m, double u) const;

    enum class bonds { told_to_who_stands, told, all };
    [[nodiscard]] std::vector<bond> bonds_of(const std::string& name, bonds which) const;
    void become(const std::string& name, target_state s);
    void tell_taken(const std::string& name);
    async::awaitable<void> take(std::string name, std::chrono::nanoseconds after, std::chrono::nanoseconds lasts);
    void end_pause(const std::string& name, fault_end how);
    async::awaitable<void> pause_after(pause_wish w, std::chrono::nanoseconds length, std::chrono::nanoseconds after);
    async::awaitable<void> hit_after(std::string name, std::uint64_t number, std::uint64_t act,
                                     std::chrono::nanoseconds after);
    async::awaitable<void> mend_shop(std::string group, std::chrono::nanoseconds after);
    async::awaitable<void> die(std::string name, std::uint64_t number, std::chrono::nanoseconds after);
    async::awaitable<void> come_back(std::string name);

    scene& scene_;
    undo_shelf& pauses_;
    bool has_habits_;
    std::map<std::string, member> members_;
    std::set<std::string> red_shops_;  ///< by group
    async::task_group tasks_;
};

}  // namespace mayhem::sim
