#pragma once

#include <cstddef>
#include <string>

#include "daemon/world.hpp"
#include "mayhem/async/task_group.hpp"
#include "sim/world/message_origins.hpp"
#include "sim/world/process.hpp"

namespace mayhem::sim {

/// Where the operators of a simulated world ask one life of the daemon: what the control socket's routes do, without
/// HTTP. Whoever asks gets his answer unless the life ends before.
class sim_front final : public app::front {
public:
    sim_front(process& p, message_origins& o, app::world::front_parts parts);
    ~sim_front() override;

    async::awaitable<void> start(app::control_config c) override;
    async::awaitable<void> stop() override;
    [[nodiscard]] ports::observer& observer() noexcept override { return counter_; }

    /// Nobody listens before the start, and after the end.
    [[nodiscard]] bool is_open() const noexcept { return is_open_ && process_.is_alive(); }

    void halt();
    void resume();
    void restart(const std::string& target);
    void drain();

    /// What the status says.
    void ask_status();

    [[nodiscard]] app::controlled& daemon() noexcept { return parts_.of; }

private:
    /// Counts what is rare.
    class counter final : public ports::observer {
    public:
        explicit counter(sometimes& rare) : rare_(rare) {}
        void observe(const ports::step& s) noexcept override;
        void skipped(const core::skip& s) noexcept override;
        void warn(std::string_view text) noexcept override { (void)text; }

    private:
        sometimes& rare_;
    };

    async::awaitable<void> carry_out_halt();
    async::awaitable<void> carry_out_resume();
    async::awaitable<void> carry_out_restart(std::string target);
    [[nodiscard]] std::uint64_t ask(wish_kind what);
    void answer_with(std::uint64_t wish, answer a, std::string error = {});

    process& process_;
    message_origins& origins_;
    app::world::front_parts parts_;
    counter counter_;
    bool is_open_ = false;
    std::size_t resumes_ = 0;  ///< under way
    async::task_group requests_;
};

}  // namespace mayhem::sim
