#include "config/config_depth.hpp"

namespace mayhem::app {

namespace {

/// Of toml++: all of these end a line, a comment and a string of one line, though only the first is valid TOML.
bool ends_line(char c) noexcept { return c == '\n' || c == '\v' || c == '\f' || c == '\r'; }

bool begins_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

class depth_scan {
public:
    explicit depth_scan(std::string_view text) : rest_(text) {}

    std::optional<config_depth_excess> run() {
        while (!rest_.empty()) {
            const char c = rest_.front();
            if (c == '"' || c == '\'') {
                skip_string(c);
                continue;
            }
            if (c == '#') {
                skip_comment();
                continue;
            }
            look_at(c);
            if (dots_ >= key_parts_max) {
                return excess("a key with more than " + std::to_string(key_parts_max) + " parts");
            }
            if (depth_ > value_depth_max) {
                return excess("an array or inline table nested deeper than " + std::to_string(value_depth_max));
            }
            skip(1);
        }
        return std::nullopt;
    }

private:
    void look_at(char c) noexcept {
        switch (c) {
            case '.': ++dots_; break;
            case '[':
            case '{':
                dots_ = 0;
                ++depth_;
                break;
            case ']':
            case '}':
                dots_ = 0;
                depth_ -= depth_ > 0 ? 1 : 0;
                break;
            case '=':
            case ',': dots_ = 0; break;
            default: dots_ = ends_line(c) ? 0 : dots_;
        }
    }

    void skip(std::size_t bytes) noexcept {
        for (const char c : rest_.substr(0, bytes)) {
            if (c == '\n') {
                ++line_;
                column_ = 1;
            } else {
                column_ += begins_character(c) ? 1 : 0;
            }
        }
        rest_.remove_prefix(bytes < rest_.size() ? bytes : rest_.size());
    }

    void skip_comment() noexcept {
        while (!rest_.empty() && !ends_line(rest_.front())) {
            skip(1);
        }
    }

    void skip_string(char quote) noexcept {
        const std::string_view three = quote == '"' ? R"(""")" : "'''";
        const bool has_lines = rest_.starts_with(three);
        skip(has_lines ? 3 : 1);
        while (!rest_.empty() && (has_lines || !ends_line(rest_.front()))) {
            if (quote == '"' && rest_.front() == '\\') {
                skip(2);
            } else if (has_lines && rest_.starts_with(three)) {
                skip(3);
                skip_last_quotes(quote);
                return;
            } else if (!has_lines && rest_.front() == quote) {
                skip(1);
                return;
            } else {
                skip(1);
            }
        }
    }

    /// A string of lines may end in one or two quotes of its own, right before the three that close it.
    void skip_last_quotes(char quote) noexcept {
        for (int i = 0; i < 2 && rest_.starts_with(quote); ++i) {
            skip(1);
        }
    }

    [[nodiscard]] config_depth_excess excess(const std::string& what) const {
        return {line_, column_, what + ": no config needs that; remove it"};
    }

    std::string_view rest_;
    std::uint32_t line_ = 1;
    std::uint32_t column_ = 1;
    std::size_t dots_ = 0;   ///< since the last character that ends a key or a value
    std::size_t depth_ = 0;  ///< of brackets and braces
};

}  // namespace

std::optional<config_depth_excess> find_depth_excess(std::string_view text) { return depth_scan(text).run(); }

}  // namespace mayhem::app
