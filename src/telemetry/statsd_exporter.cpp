#include "telemetry/statsd_exporter.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "telemetry/statsd_text.hpp"

namespace mayhem::telemetry {

statsd_exporter::statsd_exporter(const udp_address& to, source now)
    : to_(to), now_(std::move(now)), fd_(::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    if (fd_ < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot open a socket for StatsD");
    }
}

statsd_exporter::~statsd_exporter() { ::close(fd_); }

async::awaitable<void> statsd_exporter::run(std::chrono::nanoseconds every) {
    const async::frame here;
    for (;;) {
        co_await async::sleep_for(every);
        flush();
    }
}

void statsd_exporter::flush() {
    std::vector<prometheus::MetricFamily> now = now_();
    std::vector<std::string> lines = statsd_lines(sent_, now);
    std::ranges::move(timings_, std::back_inserter(lines));
    timings_.clear();
    sent_ = std::move(now);
    for (const std::string& datagram : to_datagrams(lines, datagram_bytes_max)) {
        (void)::sendto(fd_, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to_.storage),
                       to_.size);  // nobody there, or no room: the next ones may arrive
    }
}

void statsd_exporter::observe(const ports::step& s) noexcept {
    if (s.kind == ports::step_kind::recovered && timings_.size() < timings_max) {
        const double length_ms = std::chrono::duration<double, std::milli>(s.length).count();
        timings_.push_back(fmt::format("mayhem.recovery.{}:{:.3f}|ms", statsd_name(s.message.group), length_ms));
    }
}

}  // namespace mayhem::telemetry
