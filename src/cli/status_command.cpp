#include "cli/status_command.hpp"

#include <chrono>
#include <exception>
#include <string_view>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/moment_text.hpp"
#include "cli/standard_output.hpp"
#include "cli/status_text.hpp"
#include "cli/terminal.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;
using std::chrono::steady_clock;

constexpr long ok = 200;
constexpr std::chrono::seconds period{1};
constexpr std::chrono::milliseconds soonest{200};

core::wall_time wall_now() { return std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now()); }

/// Null: the daemon is older than that, or does not run yet.
json outlook_of(const control_client& client) {
    const control_client::reply r = client.get("/v1/outlook");
    return r.status == ok ? core::parse_json<json>(r.body) : json();
}

status_shape shape_of(const control_options& o, const terminal& t) {
    return {.room = t.columns,
            .rows_max = o.all ? status_shape::all : status_shape{}.rows_max,
            .has_counts = o.verbose,
            .now = wall_now()};
}

/// Fetches and prints; the exit status.
int look(const control_options& o, const control_client& client, bool in_place) {
    const control_client::reply r = client.get("/v1/status");
    if (r.status != ok) {
        return say_no(r);
    }
    if (o.json) {
        print_json(r.body);
    } else {
        const json status = core::parse_json<json>(r.body);
        const json outlook = outlook_of(client);
        const terminal t = output_terminal();
        const status_shape shape = shape_of(o, t);
        if (in_place) {
            const std::string shown =
                o.all ? status_text(status, outlook, shape) : status_window(status, outlook, shape, t.lines);
            clear_terminal();
            print(shown + local_moment(shape.now) + "; Ctrl-C ends it");
        } else {
            print(status_text(status, outlook, shape));
        }
    }
    (void)show_printed();
    return 0;
}

/// Looks when it is time, called from within the stream of events.
class watcher {
public:
    watcher(const control_options& o, const control_client& client, bool is_terminal)
        : o_(o), client_(client), is_terminal_(is_terminal) {}

    /// False: it is over.
    bool look_now() noexcept {
        try {
            is_due_ = false;
            status_ = look(o_, client_, is_terminal_);
            looked_at_ = steady_clock::now();
            return status_ == 0 && show_printed();
        } catch (...) {
            failure_ = std::current_exception();
            return false;
        }
    }

    bool take(std::string_view piece) noexcept {
        is_due_ = is_due_ || piece.find("event: ") != std::string_view::npos;
        return pass();
    }

    bool pass() noexcept {
        const auto since = steady_clock::now() - looked_at_;
        const bool is_time = is_due_ ? since >= (is_terminal_ ? steady_clock::duration(soonest) : period)
                                     : is_terminal_ && since >= period;
        return !is_time || look_now();
    }

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] bool has_looked() const noexcept { return looked_at_ != steady_clock::time_point{}; }

    /// Throws what kept it from looking.
    void tell_failure() {
        if (failure_) {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
    }

private:
    const control_options& o_;
    const control_client& client_;
    const bool is_terminal_;
    bool is_due_ = false;
    steady_clock::time_point looked_at_{};
    int status_ = 0;
    std::exception_ptr failure_;
};

/// Until the daemon ends, or it is over. True: it is over.
bool watch_one_life(watcher& w, const control_client& client) {
    if (!w.look_now()) {
        w.tell_failure();
        return true;
    }
    const control_client::reply r =
        client.stream("/v1/events", [&w](std::string_view piece) { return w.take(piece); }, [&w] { return w.pass(); });
    w.tell_failure();
    if (r.status != ok) {  // no place at the stream
        std::this_thread::sleep_for(period);
    }
    return w.status() != 0 || !show_printed();
}

}  // namespace

int show_status(const control_options& o, const control_client& client) { return look(o, client, false); }

int watch_status(const control_options& o, const control_client& client) {
    const bool is_terminal = output_terminal().columns > 0;
    watcher w(o, client, is_terminal);
    for (;;) {
        try {
            if (watch_one_life(w, client)) {
                return w.status();
            }
        } catch (const no_daemon& e) {
            if (!is_terminal || !w.has_looked()) {
                throw;
            }
            clear_terminal();
            print(e.what() + std::string("\nLooking again every second.\n"));
            (void)show_printed();
            std::this_thread::sleep_for(period);
        }
    }
}

}  // namespace mayhem::cli
