#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "mayhem/ports/action.hpp"
#include "sim/world/herd.hpp"
#include "sim/world/process.hpp"

namespace mayhem::sim {

/// Makes a target of the herd answer nobody, held so by a process beside the daemon (it stands still, or its packets do
/// not arrive: to whoever looks, it is the same). It answers again when that process ends, which is when its time is
/// over, when the daemon dies, or when somebody kills it; or, of what the kernel does not take back, only if nobody
/// kills that process, because then it goes on until it is put back (a throttled unit). Subject: its name; life: its
/// number; where: the group on whose behalf.
class sim_hold final : public ports::action {
public:
    /// What undoes it when its holder is killed.
    enum class undone_by { kernel, note };

    /// Both references outlive it.
    sim_hold(process& p, herd& targets, words called, undone_by by = undone_by::kernel) noexcept
        : process_(p), scene_(p.world()), herd_(targets), words_(called), is_put_back_(by == undone_by::note) {}

    [[nodiscard]] static ports::undo_note note_of(std::string_view action, const core::target& t,
                                                  const std::string& group) {
        return {.action = std::string(action),
                .subject = t.id,
                .life = t.incarnation,
                .where = group,
                .name = "cow " + t.name};
    }

    [[nodiscard]] words called() const noexcept override { return words_; }
    async::awaitable<beginning> begin(ports::undo_note n, core::span_terms terms,
                                      const ports::go_ahead& may_act) override;
    [[nodiscard]] std::optional<early_end> ended_early(const ports::undo_note& n) override;
    [[nodiscard]] core::seen_effect effect_of(const ports::undo_note& n) const override;
    async::awaitable<ending> end(ports::undo_note n) override;
    [[nodiscard]] std::string how_to_see(const ports::undo_note& n) const override { return "look at " + n.subject; }
    [[nodiscard]] std::string how_to_end(const ports::undo_note& n) const override { return "let go of " + n.subject; }
    [[nodiscard]] doubts doubted_for() const noexcept override { return {}; }

private:
    /// One that cannot be undone for so long from when it is to be.
    struct stuck_one {
        std::chrono::nanoseconds lasts{};
        std::optional<async::clock::time_point> until{};
        std::shared_ptr<standing_trouble> stands{};
    };

    void throw_if_stuck(const ports::undo_note& n);

    /// What the holders of this life hold. Shared with their tasks.
    struct held {
        std::map<std::string, std::uint64_t> by_name;  ///< which one it is
        std::set<std::uint64_t> killed;                ///< from outside
        std::set<std::string> idle;                    ///< to whom it does nothing, and its holder lives
        std::map<std::string, stuck_one> stuck{};      ///< by whom it stands on
        bool outlives_its_holder = false;
    };

    static async::awaitable<void> hold(std::shared_ptr<held> all, process& p, herd& h, std::string name,
                                       std::uint64_t fault, std::chrono::nanoseconds length, bool is_killed_then);

    process& process_;
    scene& scene_;
    herd& herd_;
    const words words_;
    const bool is_put_back_;
    const std::shared_ptr<held> held_ =
        std::make_shared<held>(held{.by_name = {}, .killed = {}, .idle = {}, .outlives_its_holder = is_put_back_});
};

}  // namespace mayhem::sim
