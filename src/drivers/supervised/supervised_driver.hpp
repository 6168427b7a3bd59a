#pragma once

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/contract/span_count.hpp"
#include "drivers/supervised/supervisor.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

struct supervised_driver_settings {
    std::string_view action = "restart";  ///< what it is called: of static storage
    int signal = SIGKILL;                 ///< one that ends processes (`is_deadly`)
    supervisor::scope scope = supervisor::scope::main_process;

    /// If set: a life that still goes on this long after `signal` gets SIGKILL, unless the go-ahead was withdrawn.
    std::optional<std::chrono::nanoseconds> kill_after = std::nullopt;

    /// If set: no signal is sent; its main process stands still for so long.
    std::optional<core::span_terms> freezes = std::nullopt;
};

/// The one command that Mayhem runs itself: `mayhem exec -- CMD...`. Ends its current life; the supervisor starts the
/// next one, without back-off because it was no failure. Or makes it stand still for a while (`actions::freeze`), which
/// leaves it its life: the incarnation counts that (`span_count`).
///
/// Target: `id` is the command line, `name` the program's file name, the incarnation that of the process. It is listed
/// while a life is ready. The supervisor outlives the driver, and its `run` runs on the same loop.
class supervised_driver final : public ports::driver, private ports::lasting, private ports::aftermath {
public:
    /// `spans` is what all that act on one command share; null: it is the only one. Throws `std::invalid_argument` for
    /// a signal that ends nothing.
    supervised_driver(supervised_driver_settings settings, supervisor& s, std::shared_ptr<span_count> spans = nullptr);

    [[nodiscard]] std::string_view kind() const noexcept override { return "supervised"; }
    [[nodiscard]] std::string_view act() const noexcept override { return settings_.action; }
    [[nodiscard]] ports::lasting* lasts() noexcept override { return settings_.freezes ? this : nullptr; }
    [[nodiscard]] ports::target_scope scope() const noexcept override { return ports::target_scope::incarnation; }
    [[nodiscard]] ports::aftermath* afterwards() noexcept override { return this; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

private:
    async::awaitable<ports::departure> departure_of(core::target t) override;
    [[nodiscard]] const core::span_terms& terms() const noexcept override { return *settings_.freezes; }
    async::awaitable<ports::held_target> hold(const core::target& t) override;
    void note_stood(const core::target& t) override { spans_->note(span_count::life_of(t.incarnation)); }
    [[nodiscard]] std::string incarnation_of(const supervised_life& life) const;
    [[nodiscard]] bool is_still_frozen(const core::target& t) const;
    [[nodiscard]] bool is_current(const core::target& t) const;
    [[nodiscard]] core::target make_target(const supervised_life& life) const;

    const supervised_driver_settings settings_;
    supervisor& supervisor_;
    const std::shared_ptr<span_count> spans_;
    const std::string id_;
    const std::string name_;
};

}  // namespace mayhem::drivers
