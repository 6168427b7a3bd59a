#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <tuple>

#include "api/controlled.hpp"
#include "api/page/page_facts.hpp"
#include "api/page/page_view.hpp"
#include "api/shared_look.hpp"
#include "control/event_stream.hpp"
#include "control/router.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "stores/notes/mark_file.hpp"

namespace mayhem::app {

/// The web page: its files, and the pictures that it draws. The files hold nothing that is known of this daemon; all of
/// that is asked for, under the same access as everything else (`control/access.hpp`). A thread of its own reads and
/// plans, so that a page delays nothing. The loop's thread only; all that it is given outlives it.
class page_routes {
public:
    page_routes(async::loop& l, controlled& daemon, halt_desk& halt, control::event_stream& events);

    /// Adds every route; this object outlives `r`.
    void add_to(control::router& r);

    /// Keeps what somebody tells of outside, and tells everybody. Throws `std::system_error`.
    async::awaitable<void> add_mark(stores::outside_mark m);

private:
    using answer = async::awaitable<control::response>;
    using handler = answer (page_routes::*)(control::request);
    using picture = std::function<std::string(page_view&, const page_facts&, const std::stop_token&)>;

    answer glance(control::request r);
    answer outlook(control::request r);
    answer group(control::request r);
    answer target(control::request r);

    /// From the page's own thread. Empty: there is no such thing.
    async::awaitable<std::string> draw(picture p);

    [[nodiscard]] page_facts facts();

    /// Among those who wait for a picture of their own; none: there are too many.
    [[nodiscard]] async::semaphore::permit take_place(const control::request& r);

    /// What a glance, and an outlook, depends on: within a second it is drawn once for all who ask, but for a halt at
    /// once.
    struct glance_key {
        std::weak_ptr<flow> of;  ///< compared as an owner
        bool is_halted = false;
        std::string phase;
        std::tuple<std::string, std::size_t, std::size_t> asked;

        friend bool operator==(const glance_key& a, const glance_key& b) noexcept {
            return !a.of.owner_before(b.of) && !b.of.owner_before(a.of) && a.is_halted == b.is_halted &&
                   a.phase == b.phase && a.asked == b.asked;
        }
    };

    [[nodiscard]] glance_key key_of(const glance_question& q);

    /// Drawn once for all who ask for it within a second.
    answer shared(shared_look<glance_key, std::string>& looks, glance_key key, picture drawn, std::size_t kept_free);

    static constexpr std::chrono::seconds glance_kept{1};
    static constexpr std::size_t lookers_max = 16;

    async::loop& loop_;
    controlled& daemon_;
    halt_desk& halt_;
    control::event_stream& events_;
    std::weak_ptr<flow> config_of_;
    std::shared_ptr<const config> config_;  ///< that of `config_of_`
    page_view view_;                        ///< on `thread_` alone
    async::thread_pool thread_{1, "mayhem-page"};
    async::semaphore places_{lookers_max};
    shared_look<glance_key, std::string> glances_{glance_kept, lookers_max};
    shared_look<glance_key, std::string> outlooks_{glance_kept, lookers_max};
};

}  // namespace mayhem::app
