#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/contract/explainer.hpp"
#include "drivers/contract/once_teller.hpp"
#include "drivers/contract/span_count.hpp"
#include "drivers/proc/process_table.hpp"
#include "drivers/process/kin_memory.hpp"
#include "drivers/process/packet_scope.hpp"
#include "drivers/process/process_reach.hpp"
#include "drivers/process/process_selector.hpp"
#include "drivers/process/remains.hpp"
#include "drivers/process/succession_ledger.hpp"
#include "drivers/process/upholder.hpp"
#include "drivers/process/victim_memory.hpp"
#include "drivers/process/why_spared.hpp"
#include "mayhem/async/blocking.hpp"
#include "mayhem/ports/driver.hpp"
#include "system/pidfd.hpp"

namespace mayhem::drivers {

/// What is done to a process: it gets a signal; or for a while it stands still, packets do not come to it, or later, or
/// a disk of its is full.
enum class process_action : std::uint8_t { signal, freeze, cut, loss, dns, delay, fill };

/// It ends, and the life of the process goes on. Pure.
[[nodiscard]] constexpr bool is_lasting(process_action a) noexcept { return a != process_action::signal; }

[[nodiscard]] std::string_view to_string(process_action a) noexcept;

/// The inverse; nothing for a name that is none.
[[nodiscard]] std::optional<process_action> parse_process_action(std::string_view name) noexcept;

struct process_driver_settings {
    process_selector selector;

    /// Must be one that ends processes (`is_deadly`).
    int signal = SIGTERM;

    /// If set: who still lives this long after `signal` gets SIGKILL, unless the go-ahead was withdrawn meanwhile. If
    /// not, `signal` is all that is ever sent.
    std::optional<std::chrono::nanoseconds> kill_after = std::nullopt;

    process_action action = process_action::signal;
    core::span_terms terms{.length = std::chrono::seconds{30}};  ///< of what lasts

    /// Also what has a controlling terminal.
    bool allow_terminal = false;

    /// The id is the command line itself, and so goes to the log, the record and notifications.
    bool show_arguments = false;

    /// Also what nobody would start again.
    bool allow_dead = false;

    /// Where the host's systemd is asked about services, in the form of D-Bus addresses; empty: `find_bus_address`.
    std::string bus_address{};
    std::chrono::nanoseconds bus_limit = std::chrono::seconds{5};

    /// More than these, and the selector is too wide to be meant.
    std::size_t targets_max = 10'000;

    std::filesystem::path proc_root = "/proc";
};

/// What the drivers of one group know of its processes, whichever of them has acted.
struct process_memory {
    explicit process_memory(std::string flow_name) : spans(std::move(flow_name)) {}

    succession_ledger ledger;
    kin_memory kin;
    victim_memory victims;
    span_count spans;
};

/// Ends processes that somebody else starts again: a service manager, a parent, a container's init. Or makes them stand
/// still for a while.
///
/// - Target: `id` stands for the command line, whose arguments may be secret (`core::command_id`), `name` is
///   "comm[pid]", the incarnation is pid, start time and boot.
/// - `list` leaves out what is spared (`why_spared`) and what its owner would not start again (`find_upholder`), and
/// tells once what its operator may not expect; if nothing else
///   is there, it throws and says so. `restart` refuses it all the same, because the message may be older than the
///   reason.
/// - `restart` opens a pidfd, only then checks that it is the incarnation of the message and still matches the
/// selector, and signals
///   through the pidfd: no other process can be hit, whatever happens to the number meanwhile.
/// - Recovery is a new process with the victim's command line, or, where there is none, its kin (`kin_memory`), because
///   a program may rewrite its line. Matching the selector is not enough: one that selects by user matches whatever
///   that user starts next. While the victim has not ended, whoever starts beside it is none.
/// - With `freeze` all tasks of a process stand still (`actions::freeze`), and with `cut`, `loss`, `dns` and `delay`
/// packets
///   do not come to it, or later, if they can be told from those of others (`find_packet_scope`); with `fill` a file
///   system is full
///   (`actions::fill`); who carries it out ends it. Nobody
///   need start the process again, it takes nobody along, its incarnation counts what has stood (`span_count`), and
///   recovery is the same process, or what came after it.
/// - What goes down with a process: those that it has forked of its own program; and where it is the main process of a
///   service, what systemd takes down with that (`reach_of_process`).
///
/// /proc is read on `pool`, whose threads it blocks for some milliseconds; the pool outlives the driver. Throws
/// `core::restart_failed` when /proc cannot be read or signalling is not permitted. What comes after the first signal
/// (`insist`) is at most a trouble.
class process_driver final : public ports::driver,
                             public explainer,
                             private ports::lasting,
                             private ports::neighbourhood,
                             private ports::aftermath {
public:
    /// Throws `std::invalid_argument` for a signal that ends nothing and `std::runtime_error` when /proc is not usable.
    /// `tell` hears once what keeps it from seeing a recovery; it may be null. `flow_name` differs between any two
    /// groups on one database. `m` is what the drivers of one group share; null: it is the only one.
    process_driver(process_driver_settings settings, async::blocking& pool, once_teller::teller tell = nullptr,
                   std::string flow_name = {}, std::shared_ptr<process_memory> m = nullptr);

    [[nodiscard]] std::string_view kind() const noexcept override { return "process"; }
    [[nodiscard]] std::string_view act() const noexcept override { return to_string(settings_.action); }
    [[nodiscard]] ports::target_scope scope() const noexcept override { return ports::target_scope::incarnation; }
    /// Who stands still takes nobody along.
    [[nodiscard]] ports::neighbourhood* neighbours() noexcept override { return lasts() == nullptr ? this : nullptr; }
    [[nodiscard]] ports::aftermath* afterwards() noexcept override { return this; }
    [[nodiscard]] ports::lasting* lasts() noexcept override { return is_lasting(settings_.action) ? this : nullptr; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;
    async::awaitable<std::vector<std::string>> explain(std::string name) override;
    async::awaitable<std::string> who_starts_again(core::target t) override;
    async::awaitable<std::vector<std::string>> near_misses() override;
    [[nodiscard]] std::optional<known_wait> wait_for(const core::target& t) const override;

private:
    async::awaitable<std::vector<core::reach>> reach_of(std::vector<core::target> targets) override;
    async::awaitable<std::optional<std::vector<std::string>>> lives_of(std::vector<std::string> ids) override;
    async::awaitable<ports::departure> departure_of(core::target t) override;
    [[nodiscard]] const core::span_terms& terms() const noexcept override { return settings_.terms; }
    async::awaitable<ports::held_target> hold(const core::target& t) override;
    void note_stood(const core::target& t) override { spans_.note(span_count::life_of(t.incarnation)); }
    [[nodiscard]] std::string incarnation_text(const process_info& process) const;
    [[nodiscard]] std::optional<async::clock::time_point> ended_at(const core::target& t) const override;

    /// The victim held fast, or why it is to be left alone.
    struct aim {
        ports::act_result refusal{};
        std::optional<system::pidfd> process;
        std::vector<process_origin> origin{};  ///< of the one; none where nobody asks
        process_info seen{};
        packet_scope packets{};  ///< where something is to be done to them
    };

    /// What the selector matches, parted.
    struct selection {
        std::vector<process_info> eligible;
        std::vector<std::string> left_out;      ///< one for each name: "process vi is left alone: it has ..."
        std::vector<process_origin> origins{};  ///< of the eligible, in their order; none where nobody asks
    };

    /// What one look after an act has shown.
    struct sight {
        remains left;
        std::vector<process_info> newer{};
    };

    /// A process that somebody asks about by name.
    struct told_process {
        process_info process;
        std::string why;  ///< it is no target; empty: it is one, unless nobody starts it again
        std::vector<process_origin> origin{};
    };

    [[nodiscard]] own_place look_around() const;
    [[nodiscard]] std::string why_no_target(const process_info& process, const own_place& own) const;
    [[nodiscard]] std::vector<told_process> find_called(const std::string& name, std::size_t& more) const;
    [[nodiscard]] bool is_held_by_mayhem(const process_info& process) const;
    [[nodiscard]] selection select(std::uint64_t earliest_start) const;
    [[nodiscard]] selection select_with_origins() const;
    [[nodiscard]] std::vector<process_origin> origin_of(const process_info& process) const;
    [[nodiscard]] std::vector<surroundings_of_process> look_around(const std::vector<core::target>& targets) const;
    [[nodiscard]] upholder judge_origin(const process_origin& o) const;
    void leave_out_what_stays_dead(selection& found);
    void tell_breadth(const std::vector<process_info>& eligible);
    [[nodiscard]] aim take_aim(const process_incarnation& wanted) const;
    [[nodiscard]] async::awaitable<void> ask_systemd(std::vector<process_origin>& origins) const;
    [[nodiscard]] async::awaitable<std::vector<core::reach>> find_reach(std::vector<core::target> targets);
    [[nodiscard]] async::awaitable<std::vector<std::string>> find_lives(std::vector<std::string> ids) const;
    [[nodiscard]] async::awaitable<ports::departure> find_departure(core::target t) const;
    [[nodiscard]] core::wall_time start_of(const process_info& process, std::uint64_t now_ticks) const;
    [[nodiscard]] core::target to_target(const process_info& process) const;
    [[nodiscard]] async::awaitable<std::vector<core::target>> find_targets();
    [[nodiscard]] async::awaitable<aim> take_aim_at(const core::target& t, const process_incarnation& wanted) const;
    [[nodiscard]] async::awaitable<std::optional<core::target>> find_successor(const core::target& t);
    [[nodiscard]] const process_info* choose_successor(const process_incarnation& victim,
                                                       const std::vector<process_info>& newer,
                                                       const std::function<bool(const process_info&)>& may_be);

    const process_driver_settings settings_;
    async::blocking& pool_;
    const leave given_;
    const process_table table_;
    const std::string bus_address_;
    const std::shared_ptr<process_memory> memory_;
    succession_ledger& ledger_ = memory_->ledger;
    kin_memory& kin_ = memory_->kin;
    victim_memory& victims_ = memory_->victims;
    span_count& spans_ = memory_->spans;
    std::set<std::string>
        doubted_;  ///< names of processes of which it was told that nobody is known to start them again
    std::map<std::string, known_wait> waits_;  ///< by incarnation, of those whom the last list has shown
    bool is_breadth_told_ = false;
    once_teller tell_once_;
};

}  // namespace mayhem::drivers
