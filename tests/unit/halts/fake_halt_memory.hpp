#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/ports/halt_memory.hpp"

namespace mayhem::test {

/// What a database has of the halt. A failed write may count for the next life: `found_by_next_life`.
class fake_halt_memory final : public ports::halt_memory {
public:
    async::awaitable<std::optional<ports::halt_record>> read_halt() override {
        const async::frame here;
        std::optional<ports::halt_record> seen = kept;
        ++reads;
        co_await may_read.wait();
        co_return seen;
    }
    async::awaitable<void> write_halt(ports::halt_record r) override {
        const async::frame here;
        ++writes;
        co_await carry_out(r);
    }
    async::awaitable<std::optional<ports::halt_record>> forget_halt(std::vector<ports::halt_record> known) override {
        const async::frame here;
        ++forgets;
        co_await may_write.wait();
        if (kept && std::ranges::find(known, *kept) == known.end()) {
            co_return kept;
        }
        co_await carry_out(std::nullopt);
        co_return std::nullopt;
    }

    /// A life that starts now, after a kill.
    std::optional<ports::halt_record> found_by_next_life() const { return may_be_replayed ? *may_be_replayed : kept; }

    std::optional<ports::halt_record> kept;
    async::event may_read;
    async::event may_write;
    int failures = 0;  ///< of the next writes
    int reads = 0;
    int writes = 0;
    int forgets = 0;

    fake_halt_memory() {
        may_read.set();
        may_write.set();
    }

private:
    async::awaitable<void> carry_out(std::optional<ports::halt_record> r) {
        const async::frame here;
        co_await may_write.wait();
        if (failures > 0) {
            --failures;
            may_be_replayed = r;
            throw core::store_failed("the disk is full");
        }
        kept = r;
        may_be_replayed.reset();
    }

    std::optional<std::optional<ports::halt_record>> may_be_replayed;
};

}  // namespace mayhem::test
