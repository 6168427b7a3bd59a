#include "cli/table.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::cli {
namespace {

constexpr std::string_view gap = "  ";
constexpr std::string_view cut_mark = "...";

constexpr bool begins_code_point(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_code_point));
}

std::string_view first_code_points(std::string_view text, std::size_t count) {
    std::size_t bytes = 0;
    while (bytes < text.size() && (count > 0 || !begins_code_point(text[bytes]))) {
        count -= begins_code_point(text[bytes]) ? 1U : 0U;
        ++bytes;
    }
    return text.substr(0, bytes);
}

std::string cut(std::string_view cell, std::size_t width_max) {
    if (width_of(cell) <= width_max) {
        return std::string(cell);
    }
    const std::size_t kept = std::max(width_max, cut_mark.size()) - cut_mark.size();
    return std::string(first_code_points(cell, kept)).append(cut_mark);
}

/// Between words where there are any, at least one line.
std::vector<std::string> wrapped(std::string_view cell, std::size_t width) {
    std::vector<std::string> lines;
    while (width_of(cell) > width) {
        const std::string_view whole = first_code_points(cell, width);
        const std::size_t space =
            cell.size() > whole.size() && cell[whole.size()] == ' ' ? whole.size() : whole.rfind(' ');
        const bool is_between = space != std::string_view::npos && space > 0;
        const std::size_t end = is_between ? space : std::max<std::size_t>(whole.size(), 1);
        lines.emplace_back(cell.substr(0, end));
        cell.remove_prefix(end + (is_between ? 1 : 0));
    }
    lines.emplace_back(cell);
    return lines;
}

}  // namespace

std::string cut_to(std::string_view text, std::size_t width) {
    return width == 0 ? std::string(text) : cut(text, width);
}

table::table(std::vector<column> columns) : columns_(std::move(columns)) {
    for (const auto& c : columns_) {
        titles_.push_back(c.title);
    }
}

void table::add_row(std::vector<std::string> cells) {
    if (cells.size() > columns_.size()) {
        throw std::invalid_argument("a row of a table has more cells than the table has columns");
    }
    cells.resize(columns_.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = cut(core::printable_text(cells[i]), columns_[i].width_max);
    }
    rows_.push_back(std::move(cells));
}

std::string table::to_text(std::size_t room) const {
    const layout l = lay_out(room);
    std::string text;
    append_row(text, titles_, l);
    for (const row& cells : rows_) {
        append_row(text, cells, l);
    }
    return text;
}

std::size_t table::widest(std::size_t index) const {
    std::size_t width = width_of(titles_[index]);
    for (const row& cells : rows_) {
        width = std::max(width, width_of(cells[index]));
    }
    return width;
}

std::size_t table::least_width(const shown_column& s) const {
    const std::size_t min = columns_[s.index].width_min;
    return min == 0 ? s.width : std::min(s.width, std::max(min, width_of(titles_[s.index])));
}

table::layout table::lay_out(std::size_t room) const {
    layout l;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        l.push_back({.index = i, .width = widest(i)});
    }
    if (room == no_limit) {
        return l;
    }
    const auto sum = [&l](const auto& width) {
        std::size_t all = (l.size() - 1) * gap.size();
        for (const shown_column& s : l) {
            all += width(s);
        }
        return all;
    };
    const auto rank = [this](const shown_column& s) { return columns_[s.index].may_go; };
    while (sum([this](const shown_column& s) { return least_width(s); }) > room) {
        const auto least_wanted = std::ranges::max_element(l, {}, rank);
        if (rank(*least_wanted) == 0) {
            break;
        }
        l.erase(least_wanted);
    }
    const auto to_spare = [this](const shown_column& s) { return s.width - least_width(s); };
    while (sum([](const shown_column& s) { return s.width; }) > room) {
        const auto yields = std::ranges::max_element(l, {}, to_spare);
        if (to_spare(*yields) == 0) {
            break;
        }
        --yields->width;
    }
    return l;
}

void table::append_row(std::string& text, const row& cells, const layout& l) const {
    std::size_t at = 0;
    for (const shown_column& s : l) {
        const column& c = columns_[s.index];
        const std::string& whole = cells[s.index];
        const std::vector<std::string> lines = c.wraps && width_of(whole) > s.width
                                                   ? wrapped(whole, s.width)
                                                   : std::vector<std::string>{cut(whole, s.width)};
        const bool is_right = c.align == column::side::right;
        const std::string padding(s.width - std::min(s.width, width_of(lines.front())), ' ');
        text.append(at == 0 ? "" : gap);
        at += at == 0 ? 0 : gap.size();
        text.append(is_right ? padding : "").append(lines.front()).append(is_right ? "" : padding);
        for (std::size_t i = 1; i < lines.size(); ++i) {
            text.erase(text.find_last_not_of(' ') + 1);
            text.append("\n").append(at, ' ').append(lines[i]);
        }
        at += s.width;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text.push_back('\n');
}

}  // namespace mayhem::cli
