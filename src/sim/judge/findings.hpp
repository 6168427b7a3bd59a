#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/judge/when.hpp"

namespace mayhem::sim {

/// A promise that was broken.
struct violation {
    std::string promise{};                ///< its stable name: "acts_once"
    std::string text{};                   ///< what happened, to what, when, and against what
    std::vector<std::uint64_t> events{};  ///< the sequence numbers of those that contradict each other
};

/// What is counted of each promise.
struct tally {
    std::size_t decided = 0;    ///< so often it was asked and could be answered
    std::size_t undecided = 0;  ///< so often nobody had told what it needs
    std::size_t broken = 0;
    std::size_t excused = 0;  ///< it was not kept, because the world was broken
};

/// What the promises have found. Counts all, keeps the first thousand of each kind.
class findings {
public:
    static constexpr std::size_t kept_max = 1000;

    /// A promise that is there; without it a promise that is never asked would not show.
    void expect(std::string_view promise) { (void)tallies_[std::string(promise)]; }

    void decide(std::string_view promise) { ++tallies_[std::string(promise)].decided; }
    void leave_undecided(std::string_view promise) { ++tallies_[std::string(promise)].undecided; }
    void add(violation v);

    /// Not kept, but the world was not able: `text` says of what kind the trouble was.
    void excuse(std::string_view promise, std::string text);

    /// The log contradicts itself: whoever tells of the world has a fault, not the daemon.
    void blame_log(std::string text);

    [[nodiscard]] const std::vector<violation>& violations() const noexcept { return violations_; }
    [[nodiscard]] const std::vector<std::string>& excuses() const noexcept { return excuses_; }
    [[nodiscard]] const std::vector<std::string>& faults_of_log() const noexcept { return faults_of_log_; }

    /// By the promise's name.
    [[nodiscard]] const std::map<std::string, tally>& tallies() const noexcept { return tallies_; }

    [[nodiscard]] bool is_clean() const noexcept { return violations_.empty() && faults_of_log_.empty(); }

private:
    std::vector<violation> violations_;
    std::vector<std::string> excuses_;
    std::vector<std::string> faults_of_log_;
    std::map<std::string, tally> tallies_;
};

}  // namespace mayhem::sim
