#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/random.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "pipeline/model/settings.hpp"
#include "pipeline/model/surroundings.hpp"

namespace mayhem::pipeline {

/// What a handler writes down, before the act and after it, and what then becomes of the message: acked, nacked with a
/// back-off, or dead-lettered. Also knows whether the store can be trusted, because nothing is done that may not come
/// on record. One serves all handlers; the loop's thread only.
class settlement {
public:
    /// `random` is for the jitter of the back-off.
    settlement(const surroundings& s, const handling_settings& settings, core::random_source random)
        : to_(s), settings_(settings), random_(random) {}

    /// A write failed: until one succeeds, the record precedes the act (`wait_for_store`).
    [[nodiscard]] bool is_store_suspect() const noexcept { return is_store_suspect_; }
    void suspect_store() noexcept { is_store_suspect_ = true; }

    /// Begins the attempt on record, again and again every 2 s, until that has succeeded. `foretold` as in `journal`.
    async::awaitable<void> wait_for_store(const ports::delivery& d, const core::reach* foretold = nullptr);

    /// The talk's `save`. Throws `core::store_failed`.
    async::awaitable<void> save(const ports::delivery& d, const core::reach* foretold);

    /// Decides what becomes of the message and writes it into `o`, records `o` (while that fails, every 2 s again,
    /// the message unacked), and settles. Meant for a clean-up: a cancellation ends only the waiting for a store that
    /// cannot be written, and then the journal has the message still, and `record_rest` tries once more. With a lost
    /// lease, which was told when it was noticed, nothing more is told: whoever has the message now settles it. False
    /// if it could not be recorded.
    async::awaitable<bool> finish(const ports::delivery& d, core::outcome& o, bool is_lease_lost);

    /// At the end, after all handlers: one more try at what could not be recorded.
    async::awaitable<void> record_rest();

private:
    void decide_disposition(core::outcome& o);
    async::awaitable<bool> record_later(const ports::delivery& d, const core::outcome& o, std::string trouble);
    async::awaitable<bool> settle(const ports::delivery& d, const core::outcome& o);
    void tell_settled(const ports::delivery& d, const core::outcome& o, bool settled);

    const surroundings to_;
    const handling_settings settings_;
    core::random_source random_;
    bool is_store_suspect_ = false;
    std::vector<std::pair<std::shared_ptr<const core::message>, core::outcome>> unrecorded_;
};

/// Tells `o` of a step in the life of the delivered message.
void tell(ports::observer& o, ports::step_kind kind, const ports::delivery& d, core::duration length = {},
          std::string_view detail = {});

}  // namespace mayhem::pipeline
