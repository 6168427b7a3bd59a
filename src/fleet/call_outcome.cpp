#include "fleet/call_outcome.hpp"

#include <algorithm>

#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::fleet {

std::string trouble_in(const statement& s) {
    std::size_t bytes = s.sql.size();
    bool has_zero = s.sql.find('\0') != std::string::npos;
    for (const auto& parameter : s.parameters) {
        bytes += parameter ? parameter->size() : 0;
        has_zero = has_zero || (parameter && parameter->find('\0') != std::string::npos);
    }
    if (bytes > statement::bytes_max) {
        return s.name + " has " + std::to_string(bytes) + " bytes with its parameters, of at most " +
               std::to_string(statement::bytes_max);
    }
    return has_zero ? s.name + " has a zero byte in its text, which PostgreSQL cannot keep" : "";
}

error_meaning meaning_of(std::string_view severity, std::string_view sqlstate) noexcept {
    if (sqlstate.size() != 5 || sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate == "57014" ||
        sqlstate == "40003" || severity == "FATAL" || severity == "PANIC") {
        return error_meaning::unknown;
    }
    const bool is_of_others = sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03";
    return is_of_others ? error_meaning::again : error_meaning::refused;
}

std::string one_line(std::string_view message) {
    std::string line;
    for (const char c : message) {
        const bool is_space = c == '\n' || c == '\t' || c == '\r' || c == ' ';
        if (!is_space) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    line.resize(line.find_last_not_of(' ') + 1);
    return core::printable_text(line);
}

}  // namespace mayhem::fleet
