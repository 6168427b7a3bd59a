#include "telemetry/journal_text.hpp"

#include <cstdint>

namespace mayhem::telemetry {

std::string journal_text(std::span<const log_field> fields) {
    std::string text;
    for (const log_field& f : fields) {
        text.append(f.key).push_back('\n');
        for (std::uint64_t rest = f.value.size(), i = 0; i < sizeof rest; ++i, rest >>= 8U) {
            text.push_back(static_cast<char>(rest & 0xffU));
        }
        text.append(f.value).push_back('\n');
    }
    return text;
}

spdlog::source_loc text_length(std::string_view text) noexcept { return {"", static_cast<int>(text.size()), ""}; }

}  // namespace mayhem::telemetry
