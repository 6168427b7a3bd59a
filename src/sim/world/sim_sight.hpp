#pragma once

#include "halts/halt_sight.hpp"
#include "mayhem/async/event.hpp"
#include "sim/world/halt_files.hpp"
#include "sim/world/process.hpp"

namespace mayhem::sim {

/// What one life sees of the halt file: late, at times not at all, and not every change is told.
class sim_sight final : public app::halt_sight {
public:
    sim_sight(process& p, halt_files& f);
    ~sim_sight() override { files_.on_change = nullptr; }

    [[nodiscard]] bool look(const std::filesystem::path& file, seen then) override;
    [[nodiscard]] bool attend(const std::filesystem::path& folder, std::function<void(bool)> then) override;
    /// Less often where less goes on: an idle hour would be nothing but looks.
    [[nodiscard]] std::chrono::nanoseconds look_again() const noexcept override;
    [[nodiscard]] async::awaitable<void> change() override;

private:
    async::awaitable<void> look_around(seen then);

    process& process_;
    halt_files& files_;
    async::event changed_;
};

}  // namespace mayhem::sim
