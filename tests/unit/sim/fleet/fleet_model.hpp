#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fleet/take_part.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/core/random.hpp"
#include "sim/fleet/sim_ledger.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::test {

/// How a fleet of the model cheats; the judge has to find each of them.
enum class cheat {
    none,
    no_claim,            ///< acts on a grant
    ignored_permit,      ///< acts whenever it is ready, however old its claim
    taken_and_standing,  ///< says that an act has its target down, and counts the target as standing
};

struct model_settings {
    std::uint64_t seed = 1;
    int hosts = 20;
    int targets_each = 2;
    std::chrono::nanoseconds length = std::chrono::minutes{20};
    std::chrono::nanoseconds between_moments = std::chrono::seconds{3};  ///< mean; acts overlap
    std::chrono::nanoseconds down_for = std::chrono::seconds{8};
    std::uint64_t min_healthy = 37;
    std::uint64_t max_unavailable = 12;
    bool has_faults = true;
    cheat how = cheat::none;
};

/// A fleet of hosts that take part in moments over a simulated database: each host's protocol is the real one, its
/// daemon and its targets are a few lines. Faults befall calls, hosts and the database. What is judged is the world,
/// not what hosts say: who stood when, what was done under which permit.
class fleet_model {
public:
    explicit fleet_model(const model_settings& s);
    ~fleet_model();
    fleet_model(const fleet_model&) = delete;
    fleet_model& operator=(const fleet_model&) = delete;

    /// All of it. Once.
    void run();

    std::vector<std::string> broken{};  ///< promises, in words
    int decided = 0;
    int acts = 0;
    int kills = 0;
    int halts = 0;
    int losses = 0;           ///< of the database's newest commits
    int acts_after_loss = 0;  ///< before a person has accepted it

private:
    struct target {
        int incarnation = 1;
        bool is_up = true;
        std::optional<core::uuid> act{};  ///< of a message that is at it: it is left out of what stands
    };
    struct host;

    async::awaitable<void> keep(host& h);
    async::awaitable<void> live(host& h);
    async::awaitable<void> beat(host& h);
    async::awaitable<void> follow(host& h, core::wall_time moment, core::uuid message);
    async::awaitable<void> carry_out(host& h, fleet::granted_act act);
    async::awaitable<void> settle(host& h, core::uuid message, bool has_acted);
    async::awaitable<void> bring_back(int number, int which);
    async::awaitable<void> throw_dice();
    async::awaitable<void> play();

    void act_on(host& h, const fleet::granted_act& act);
    void breaks(std::string promise);
    [[nodiscard]] int standing() const;
    void judge_record();

    const model_settings settings_;
    core::random_source random_;
    sim::fleet_tables tables_;
    sim::fleet_tables standby_;
    std::vector<std::unique_ptr<host>> hosts_;
    std::vector<std::vector<target>> targets_;  ///< of each host: they outlive its daemon
    std::vector<std::pair<core::wall_time, core::uuid>> plan_;
    std::map<core::uuid, int> acts_of_;                       ///< how often a message was acted on
    std::optional<async::clock::time_point> halted_since_{};  ///< acknowledged, and not resumed
    std::optional<async::clock::time_point> lost_at_{};       ///< the database has forgotten what it had acknowledged
    bool is_over_ = false;
    virtual_loop loop_;
};

}  // namespace mayhem::test
