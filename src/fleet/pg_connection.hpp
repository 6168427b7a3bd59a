#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/call_outcome.hpp"
#include "fleet/connection_options.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/event.hpp"
#include "system/wait_ready.hpp"

struct pg_conn;
struct pg_result;

namespace mayhem::fleet {

/// One connection to a PostgreSQL, by libpq's non-blocking interface on the loop: no thread, and nothing that waits
/// inside libpq. It is opened, followed until it is gone, and then opened again; while it is followed it may be asked,
/// one statement at a time.
///
/// libpq closes its socket and makes another one when it likes, so the loop's watch of it is given up before every call
/// that may do so (`PQconnectPoll`, `PQfinish`) and begun anew behind it. A statement is never cancelled
/// (`PQcancel` blocks, and what it cancels may have been committed): what takes too long, or whose caller is cancelled,
/// costs the connection. The loop's thread only.
class pg_connection {
public:
    using notification_handler = std::function<void(std::string_view channel, std::string_view payload)>;

    explicit pg_connection(async::loop& l);
    ~pg_connection();
    pg_connection(const pg_connection&) = delete;
    pg_connection& operator=(const pg_connection&) = delete;

    /// Connects and logs in until `until`: empty, or why not. Must not be open. A cancelled one leaves nothing.
    [[nodiscard]] async::awaitable<std::string> open(std::vector<connection_option> options,
                                                     async::clock::time_point until);

    /// Reads whatever comes until the connection is gone: nothing else does, so it must be under way while `ask` is.
    /// Returns at once if there is none.
    [[nodiscard]] async::awaitable<void> follow();

    /// One statement. It has ended by `until`, with the connection if need be.
    [[nodiscard]] async::awaitable<call_outcome> ask(statement s, async::clock::time_point until);

    /// Gives the connection up; what is under way is unknown for this reason.
    void drop(std::string why) noexcept;

    [[nodiscard]] bool is_up() const noexcept { return is_up_; }

    /// Why it is gone.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

    /// Called in the middle of `follow`; must not throw, and must not touch the connection.
    void on_notification(notification_handler handler) { on_notification_ = std::move(handler); }

private:
    struct closer {
        void operator()(pg_conn* c) const noexcept;
    };
    struct clearer {
        void operator()(pg_result* r) const noexcept;
    };
    class dropped_unless_done;

    static void take_notice(void* self, const pg_result* notice);

    [[nodiscard]] std::string begin_watching();
    void stop_watching() noexcept;
    [[nodiscard]] async::awaitable<std::string> wait_for(system::descriptor::wait_type what,
                                                         async::clock::time_point until);
    [[nodiscard]] async::awaitable<bool> has_answer(async::clock::time_point until);
    void take_input();
    void take_notifications();
    [[nodiscard]] bool has_decrypted_input() const noexcept;
    void take_result(const pg_result& r, call_outcome& outcome);
    [[nodiscard]] std::string message() const;

    async::loop& loop_;
    system::descriptor socket_;
    std::unique_ptr<pg_conn, closer> connection_;
    bool is_up_ = false;
    bool is_asked_ = false;
    std::string trouble_ = "not connected yet";
    std::string warning_;  ///< since the current statement was sent
    async::event progress_;
    notification_handler on_notification_;
};

}  // namespace mayhem::fleet
