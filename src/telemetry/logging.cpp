#include "telemetry/logging.hpp"

#include <csignal>
#include <cstdlib>
#include <string>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>

#include "telemetry/descriptor_sink.hpp"
#include "telemetry/journal_sink.hpp"
#include "telemetry/json_formatter.hpp"
#include "telemetry/spdlog_level.hpp"
#include "telemetry/text_formatter.hpp"

namespace mayhem::telemetry {
namespace {

// A thread started in this object's lifetime has every signal blocked: signals are for the loop's thread. All but the
// profiler's: it comes to the thread that uses the CPU, and blocked there would be counted for another one.
class signals_blocked {
public:
    signals_blocked() {
        sigset_t all;
        sigfillset(&all);
        sigdelset(&all, SIGPROF);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    signals_blocked(const signals_blocked&) = delete;
    signals_blocked& operator=(const signals_blocked&) = delete;

private:
    sigset_t before_{};
};

std::unique_ptr<spdlog::formatter> make_formatter(log_format format) {
    if (format == log_format::json) {
        return std::make_unique<json_formatter>();
    }
    return std::make_unique<text_formatter>(format == log_format::journald ? text_formatter::head::priority
                                                                           : text_formatter::head::time_and_level);
}

std::shared_ptr<bounded_sink> make_sink(const logging_options& options) {
    const char* const variable = std::getenv("JOURNAL_STREAM");
    const std::string_view journal_stream = variable == nullptr ? "" : variable;
    const log_format format = resolve(options.format, options.fd, journal_stream);
    if (format == log_format::journald && is_journal(options.fd, journal_stream)) {
        if (auto sink = journal_sink::connect(options.journal_socket)) {
            return sink;
        }
    }
    auto sink = std::make_shared<descriptor_sink>(options.fd);
    sink->set_formatter(make_formatter(format));
    return sink;
}

}  // namespace

struct logging::machinery {
    explicit machinery(const logging_options& options)
        : flush_timeout(options.flush_timeout), sink(make_sink(options)), pool(start_pool(options)) {
        logger =
            std::make_shared<spdlog::async_logger>("mayhem", sink, pool, spdlog::async_overflow_policy::overrun_oldest);
        logger->set_level(to_spdlog(options.lowest));
        // spdlog's own handler would write to stderr, and wait there.
        logger->set_error_handler([](const std::string&) {});
    }

    ~machinery() {
        sink->give_up_at(std::chrono::steady_clock::now() + flush_timeout);
        overrun_at_end = pool->overrun_counter();
        logger.reset();
        pool.reset();
    }

    machinery(const machinery&) = delete;
    machinery& operator=(const machinery&) = delete;

    std::shared_ptr<spdlog::details::thread_pool> start_pool(const logging_options& options) {
        const signals_blocked inherited;
        return std::make_shared<spdlog::details::thread_pool>(
            options.queue_lines_max, 1, [] {}, [this] { say_what_was_dropped(); });
    }

    // The log thread's last act.
    void say_what_was_dropped() {
        const std::uint64_t count = overrun_at_end + sink->lost();
        if (count != 0) {
            const std::string text = fmt::format("{} log line{} dropped: the reader of the log is too slow or gone",
                                                 count, count == 1 ? " was" : "s were");
            sink->log(spdlog::details::log_msg{"mayhem", spdlog::level::warn, text});
        }
    }

    std::chrono::milliseconds flush_timeout;
    std::uint64_t overrun_at_end = 0;
    std::shared_ptr<bounded_sink> sink;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
};

logging::logging(const logging_options& options)
    : machinery_(std::make_unique<machinery>(options)), log_(*machinery_->logger, machinery_->sink->keeps_fields()) {}

logging::~logging() = default;

void logging::set_lowest(level lowest) noexcept { machinery_->logger->set_level(to_spdlog(lowest)); }

std::uint64_t logging::dropped() const { return machinery_->pool->overrun_counter() + machinery_->sink->lost(); }

}  // namespace mayhem::telemetry
