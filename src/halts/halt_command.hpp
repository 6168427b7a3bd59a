#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "halts/halt_doors.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/ports/halt_memory.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// The door of the halt that commands open and close, and what is on record of it.
///
/// A halt holds at once, in memory; then it is written, again and again until that succeeds. A resume is written first,
/// and takes back only what was halted before it was asked for, by whomever. A write that failed may be found by the
/// next life all the same: after a resume that failed the halt is written again. So the record says in the end what
/// holds, and while nobody knows what it says, it is halted.
///
/// `keep` alone writes: callers leave a wish and wait for its end. The loop's thread only.
class halt_command {
public:
    static constexpr std::chrono::seconds retry{2};

    /// Whoever asks gets an answer within it.
    static constexpr std::chrono::seconds answer_max{8};

    /// Who halts: what is known of him at once, and how to learn the same with his name, within half a second or so.
    struct asker {
        std::string who;
        std::function<async::awaitable<std::string>()> name{};
    };

    /// `on_settled` is called when a change by another process may have been overlooked.
    halt_command(async::loop& l, telemetry::log log, halt_doors& doors, std::function<void()> on_settled)
        : loop_(l), log_(log), doors_(doors), on_settled_(std::move(on_settled)) {}

    /// What the database said at the start, and when another process has changed it.
    void recall(const std::optional<ports::halt_record>& r);

    /// Holds at once; returns when it is durable. Throws `core::store_failed`: it holds, but is not on record yet.
    [[nodiscard]] async::awaitable<void> halt(asker by, std::string why);

    /// Takes back what a command halted. Whether it did, or somebody has halted since, the switch says. Throws
    /// `core::store_failed`: nothing was taken back. After `core::store_late` the halt is written once more as soon as
    /// the database answers, and the log tells both; a life that ends before that leaves it to chance whether the next
    /// one is halted. One that is cancelled has no effect unless it had it already.
    [[nodiscard]] async::awaitable<void> resume(std::string who);

    /// Sees to the record until it is cancelled; then a halt that nobody has tried to write yet is written. Once.
    [[nodiscard]] async::awaitable<void> keep(ports::halt_memory& record);

    /// Obeys what another process has written. Throws `core::store_failed`.
    [[nodiscard]] async::awaitable<void> look_up(ports::halt_memory& record);

private:
    /// What somebody waits for.
    struct wish {
        std::string who;
        std::uint64_t halts_before = 0;
        std::string trouble;
        bool is_wanted = true;  ///< nobody has gone away
        async::event ended;
    };
    using wishes = std::vector<std::shared_ptr<wish>>;

    [[nodiscard]] async::awaitable<void> keep_until_cancelled(ports::halt_memory& record);
    [[nodiscard]] async::awaitable<void> wait_for(std::shared_ptr<wish> w);
    [[nodiscard]] async::awaitable<void> tell_halt();
    [[nodiscard]] async::awaitable<void> write(ports::halt_memory& record);
    [[nodiscard]] async::awaitable<void> take_back(ports::halt_memory& record);
    static void answer(const wishes& asked, const std::string& trouble);
    void conclude(const wishes& asked, std::uint64_t halts_before, const std::optional<ports::halt_record>& standing);
    void note_trouble(const std::string& trouble);
    void note_end_of_trouble();
    [[nodiscard]] wishes take_resumes();
    [[nodiscard]] ports::halt_record standing_record() const;
    [[nodiscard]] std::vector<ports::halt_record> known_records() const;
    [[nodiscard]] bool is_open() const noexcept { return doors_.get().is_open(pipeline::halt_door::command); }
    [[nodiscard]] bool is_settled() const noexcept;

    async::loop& loop_;
    const telemetry::log log_;
    halt_doors& doors_;
    const std::function<void()> on_settled_;
    async::event work_;
    wishes halts_;
    wishes resumes_;
    std::function<async::awaitable<std::string>()> namer_;  ///< of who opened the door, unless that is known
    bool is_untold_ = false;
    std::uint64_t halts_asked_ = 0;
    std::uint64_t changes_ = 0;  ///< of the record: what was read before one is out of date
    bool is_busy_ = false;       ///< a write is under way
    bool is_troubled_ = false;   ///< of which a warning has told
    bool has_overlooked_ = false;
    std::optional<async::clock::time_point> write_due_;  ///< if it is halted and the record may say otherwise
    std::optional<ports::halt_record> on_record_;        ///< as it was last read, or written
};

}  // namespace mayhem::app
