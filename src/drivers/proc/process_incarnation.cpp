#include "drivers/proc/process_incarnation.hpp"

#include <charconv>

#include "mayhem/core/errors.hpp"

namespace mayhem::drivers {

namespace {

template <typename Number>
bool take_number(std::string_view& text, Number& number) {
    const char* end = text.data() + text.size();
    const auto [stopped_at, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stopped_at == end || *stopped_at != ':') {
        return false;
    }
    text.remove_prefix(static_cast<std::size_t>(stopped_at - text.data()) + 1);
    return true;
}

}  // namespace

std::string process_incarnation::to_string() const {
    return std::to_string(pid) + ':' + std::to_string(start_ticks) + ':' + boot_id;
}

std::optional<process_incarnation> process_incarnation::parse(std::string_view text) {
    process_incarnation parsed;
    if (!take_number(text, parsed.pid) || !take_number(text, parsed.start_ticks) || parsed.pid <= 0 || text.empty()) {
        return std::nullopt;
    }
    parsed.boot_id = text.substr(0, text.find('#'));
    return parsed;
}

process_incarnation incarnation_of(const core::target& t) {
    std::optional<process_incarnation> parsed = process_incarnation::parse(t.incarnation);
    if (!parsed) {
        throw core::restart_failed("cannot restart " + t.name + ": '" + t.incarnation +
                                   "' does not name a life of a process (PID:START_TICKS:BOOT_ID)");
    }
    return *std::move(parsed);
}

}  // namespace mayhem::drivers
