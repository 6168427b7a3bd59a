#include "fleet/sql/sql_statements.hpp"

#include <cstddef>

namespace mayhem::fleet {

namespace {

bool is_of_tag(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// "$$" or "$name$" at that place; empty if there is none.
std::string_view dollar_tag(std::string_view sql, std::size_t at) noexcept {
    std::size_t end = at + 1;
    while (end < sql.size() && is_of_tag(sql[end])) {
        ++end;
    }
    return end < sql.size() && sql[end] == '$' ? sql.substr(at, end - at + 1) : std::string_view{};
}

std::size_t behind(std::string_view sql, std::string_view what, std::size_t from) noexcept {
    const std::size_t at = sql.find(what, from);
    return at == std::string_view::npos ? sql.size() : at + what.size();
}

/// Where what begins at that place and may contain semicolons ends; `at` itself if nothing of that kind does.
std::size_t skip(std::string_view sql, std::size_t at) noexcept {
    if (sql[at] == '\'' || sql[at] == '"') {
        return behind(sql, sql.substr(at, 1), at + 1);  // a doubled quote is two texts side by side
    }
    if (sql.substr(at, 2) == "--") {
        return behind(sql, "\n", at);
    }
    if (sql[at] == '$') {
        const std::string_view tag = dollar_tag(sql, at);
        return tag.empty() ? at : behind(sql, tag, at + tag.size());
    }
    return at;
}

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace

std::vector<std::string_view> split_statements(std::string_view sql) {
    std::vector<std::string_view> found;
    std::size_t begin = 0;
    bool has_code = false;
    for (std::size_t at = 0; at < sql.size();) {
        if (at == begin && is_space(sql[at])) {
            begin = ++at;
        } else if (const std::size_t end = skip(sql, at); end != at) {
            has_code = has_code || sql[at] != '-';
            at = end;
        } else if (sql[at] == ';') {
            if (has_code) {
                found.push_back(sql.substr(begin, at - begin));
            }
            begin = ++at;
            has_code = false;
        } else {
            has_code = has_code || !is_space(sql[at]);
            ++at;
        }
    }
    if (has_code) {
        found.push_back(sql.substr(begin));
    }
    return found;
}

}  // namespace mayhem::fleet
