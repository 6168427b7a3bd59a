#pragma once

#include <cstddef>
#include <vector>

namespace mayhem::fleet {

/// In which order the hosts of a database are tried: as they were given, beginning with the one that was good last. (A
/// list that is handed to libpq would hang at the first host that is frozen, as its deadline is not looked at.)
class host_order {
public:
    explicit host_order(std::size_t count) noexcept : count_(count) {}

    /// The places of all hosts, each once.
    [[nodiscard]] std::vector<std::size_t> next_round() const {
        std::vector<std::size_t> round;
        for (std::size_t i = 0; i < count_; ++i) {
            round.push_back((first_ + i) % count_);
        }
        return round;
    }

    void was_good(std::size_t place) noexcept { first_ = place; }

private:
    std::size_t count_;
    std::size_t first_ = 0;
};

}  // namespace mayhem::fleet
