#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "fleet/ledger.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/random.hpp"
#include "sim/fleet/fleet_tables.hpp"

namespace mayhem::sim {

/// What becomes of calls on their way to the database, and of its answers on their way back.
struct fleet_weather {
    std::chrono::nanoseconds way_min = std::chrono::milliseconds{1};  ///< each way
    std::chrono::nanoseconds way_max = std::chrono::milliseconds{20};
    std::chrono::nanoseconds limit = std::chrono::milliseconds{1000};  ///< of a call, as the link has it

    // How probable it is of a call.
    double refused_to_go = 0;  ///< `not_sent`: the connection is away
    double lost_before = 0;    ///< it never arrives: `unknown`, and it has not happened
    double lost_after = 0;     ///< its answer never arrives: `unknown`, and it has happened
};

/// Where a simulated database stands, and who calls it there.
struct ledger_place {
    enum class reach : std::uint8_t {
        there,
        away,    ///< nothing goes out
        silent,  ///< it gets what is sent, and does nothing with it
    };
    std::function<reach()> state = [] { return reach::there; };  ///< is asked at each call

    /// Its clock; the loop's if it is empty.
    std::function<core::wall_time()> now{};

    /// A call has been carried out; whether its answer arrives.
    std::function<void(bool is_heard)> worked = [](bool) {};
};

/// A ledger in a simulated database, with calls that take their time and may get lost. The weather is looked at in each
/// call, so that it may change.
class sim_ledger final : public fleet::ledger {
public:
    /// All outlive it. `boot_time`: this host's clock that goes on in a suspend.
    sim_ledger(fleet_tables& tables, const fleet_weather& weather, std::function<std::chrono::nanoseconds()> boot_time,
               core::random_source random, fleet_tables::speaker by, ledger_place at = {});

    async::awaitable<fleet::reply<fleet::ledger_schema>> schema() override;
    async::awaitable<fleet::reply<fleet::greeting>> hello(fleet::newcomer n) override;
    async::awaitable<fleet::reply<fleet::heartbeat>> beat(std::optional<core::duration> clock_ahead,
                                                          bool leaving) override;
    async::awaitable<fleet::reply<fleet::fleet_news>> poll() override;
    async::awaitable<fleet::reply<std::optional<fleet::census_question>>> ask(std::string group,
                                                                              core::wall_time moment) override;
    async::awaitable<fleet::reply<fleet::group_standing>> answer(fleet::census_answer a) override;
    async::awaitable<fleet::reply<fleet::turnout>> answered(std::string group, std::optional<std::uint64_t> census,
                                                            core::wall_time moment) override;
    async::awaitable<fleet::reply<fleet::decided>> decide(fleet::moment_case c) override;
    async::awaitable<fleet::reply<std::optional<fleet::granted_act>>> grant_of(core::uuid message) override;
    async::awaitable<fleet::reply<std::vector<fleet::granted_act>>> left_over() override;
    async::awaitable<fleet::reply<fleet::claimed>> claim(fleet::claim_case c) override;
    async::awaitable<fleet::reply<fleet::settled_act>> settle(fleet::settlement_case s) override;
    async::awaitable<fleet::reply<bool>> note(fleet::attempt_note n) override;
    async::awaitable<fleet::reply<fleet::proposed>> propose(std::string group, std::string plan, std::string terms,
                                                            std::uint64_t known_version) override;
    async::awaitable<fleet::reply<fleet::halt_standing>> halt(core::uuid id, std::string group, std::string by,
                                                              std::string why) override;

private:
    /// `work` on the tables, at the database's time, between two ways. Who is cancelled does not call back what is on
    /// its way.
    template <typename T>
    async::awaitable<fleet::reply<T>> call(std::function<T(core::wall_time)> work);

    template <typename T>
    [[nodiscard]] fleet::reply<T> carry_out(const std::function<T(core::wall_time)>& work, bool is_heard);

    [[nodiscard]] std::chrono::nanoseconds way() noexcept;

    fleet_tables& tables_;
    const fleet_weather& weather_;
    std::function<std::chrono::nanoseconds()> boot_time_;
    core::random_source random_;
    const fleet_tables::speaker by_;
    const ledger_place at_;
};

}  // namespace mayhem::sim
