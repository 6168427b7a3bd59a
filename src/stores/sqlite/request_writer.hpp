#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "stores/sqlite/commit_times.hpp"
#include "stores/sqlite/write_request.hpp"

namespace mayhem::stores {

/// Takes requests and sees to it that they are carried out, in the order in which they came: on a thread
/// (`sqlite_writer`), or, in a simulation, on the loop, at moments that the simulation chooses.
class request_writer {
public:
    using batch = std::vector<std::shared_ptr<write_request>>;

    /// Receives what is done, in order; must not throw or wait. Comes from wherever the requests are carried out.
    using batch_handler = std::function<void(batch)>;

    struct counters {
        std::uint64_t requests = 0;  ///< handed back, failed ones included
        std::uint64_t commits = 0;   ///< transactions made durable
        std::uint64_t failures = 0;  ///< requests handed back with an exception
    };

    virtual ~request_writer() = default;

    /// Hands a request over; never waits for the database. False, and nothing happens, when too many are waiting
    /// (`sqlite_writer::waiting_max`), or after `close`.
    [[nodiscard]] virtual bool submit(std::shared_ptr<write_request> r) = 0;

    /// No more requests. What was submitted is finished and handed back; then the log is written back into the database
    /// file and the file is closed; then `closed` is handed back (its own work is never run), with an exception if a
    /// commit failed and could not be replaced up to then. Never waits. Once.
    [[nodiscard]] virtual bool close(std::shared_ptr<write_request> closed) = 0;

    /// Whether it works outside the loop, so that virtual time has to wait for it.
    [[nodiscard]] virtual bool is_outside_loop() const noexcept = 0;

    /// Any thread.
    [[nodiscard]] virtual counters totals() const noexcept = 0;
    [[nodiscard]] virtual stores::commit_times::snapshot commit_times() const noexcept = 0;
};

}  // namespace mayhem::stores
