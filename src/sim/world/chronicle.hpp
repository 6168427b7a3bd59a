#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <iosfwd>
#include <string>

#include "sim/judge/event.hpp"
#include "sim/judge/judge.hpp"

namespace mayhem::sim {

/// All that really happens in a world, on one host or several, as it happens: each event goes to the judge, the last
/// ones are kept for whoever has to understand a failure.
class chronicle {
public:
    static constexpr std::size_t kept_max = 200;

    /// In the order in which it happens, whatever the host.
    void tell(const when& at, const std::string& host, payload what);

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

private:
    judge judge_;
    std::uint64_t seq_ = 0;
    std::uint64_t ids_ = 0;
    std::uint64_t messages_ = 0;
    std::uint64_t acts_ = 0;
    std::deque<event> last_;
    std::ostream* out_ = nullptr;
};

}  // namespace mayhem::sim
