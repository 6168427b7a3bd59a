#include "telemetry/text_formatter.hpp"

#include <array>
#include <iterator>
#include <string_view>

#include <spdlog/details/log_msg.h>

#include "telemetry/escape.hpp"
#include "telemetry/spdlog_level.hpp"

namespace mayhem::telemetry {

void text_formatter::format(const spdlog::details::log_msg& msg, spdlog::memory_buf_t& line) {
    const std::string_view text{msg.payload.data(), msg.payload.size()};
    const level l = from_spdlog(msg.level);
    if (head_ == head::priority) {
        const std::array<char, 3> priority{'<', static_cast<char>('0' + syslog_priority(l)), '>'};
        const std::string_view prefix{priority.data(), priority.size()};
        line.append(prefix.data(), prefix.data() + prefix.size());
        append_plain(line, text, prefix);
    } else {
        const auto now = clock_.read(msg.time);
        fmt::format_to(std::back_inserter(line), "{},{:03} {}: ", now.time, now.milliseconds, to_string(l));
        append_plain(line, text, "    ");
    }
    line.push_back('\n');
}

std::unique_ptr<spdlog::formatter> text_formatter::clone() const { return std::make_unique<text_formatter>(head_); }

}  // namespace mayhem::telemetry
