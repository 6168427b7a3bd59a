#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>

#include "mayhem/async/clock.hpp"
#include "sim/judge/event.hpp"
#include "sim/judge/judge.hpp"

namespace mayhem::sim {

/// What really happens in a world, as it happens: each event goes to the judge, the last ones are kept for whoever has
/// to understand a failure.
class world_log {
public:
    static constexpr std::size_t kept_max = 200;

    /// `clock` outlives it.
    world_log(const async::virtual_clock& clock, std::string host);

    void tell(payload what);

    /// A number that no other act, wish or trouble has.
    [[nodiscard]] std::uint64_t next_id() noexcept { return ++ids_; }

    /// Nothing happens any more.
    void end() { judge_.end(); }

    /// Every event is written there as well, a line each. Outlives it.
    void write_to(std::ostream& out) noexcept { out_ = &out; }

    [[nodiscard]] const findings& found() const noexcept { return judge_.found(); }
    [[nodiscard]] const std::deque<event>& last() const noexcept { return last_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return seq_; }
    [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }  ///< that became durable
    [[nodiscard]] std::uint64_t acts() const noexcept { return acts_; }
    [[nodiscard]] steady_time now() const noexcept;

private:
    const async::virtual_clock& clock_;
    const async::clock::time_point began_;
    const std::string host_;
    judge judge_;
    std::uint64_t seq_ = 0;
    std::uint64_t ids_ = 0;
    std::uint64_t messages_ = 0;
    std::uint64_t acts_ = 0;
    std::deque<event> last_;
    std::ostream* out_ = nullptr;
};

/// Stands as long as this does.
class standing_trouble {
public:
    standing_trouble(world_log& log, trouble_kind kind, std::optional<std::string> group, std::string what);
    ~standing_trouble();
    standing_trouble(const standing_trouble&) = delete;
    standing_trouble& operator=(const standing_trouble&) = delete;

private:
    world_log& log_;
    trouble trouble_;
};

}  // namespace mayhem::sim
