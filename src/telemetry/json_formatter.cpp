#include "telemetry/json_formatter.hpp"

#include <iterator>

#include <spdlog/details/log_msg.h>

#include "telemetry/escape.hpp"
#include "telemetry/spdlog_level.hpp"

namespace mayhem::telemetry {

void json_formatter::format(const spdlog::details::log_msg& msg, spdlog::memory_buf_t& line) {
    const auto now = clock_.read(msg.time);
    fmt::format_to(std::back_inserter(line), R"({{"ts":"{}.{:03}{}","level":"{}","message":)", now.stamp,
                   now.milliseconds, now.offset, to_string(from_spdlog(msg.level)));
    append_json_string(line, {msg.payload.data(), msg.payload.size()});
    line.push_back('}');
    line.push_back('\n');
}

std::unique_ptr<spdlog::formatter> json_formatter::clone() const { return std::make_unique<json_formatter>(); }

}  // namespace mayhem::telemetry
