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

std::string fit(std::string_view text, std::size_t width_max) {
    std::string cell = core::printable_text(text);
    if (width_of(cell) <= width_max) {
        return cell;
    }
    const std::size_t kept = std::max(width_max, cut_mark.size()) - cut_mark.size();
    return std::string(first_code_points(cell, kept)).append(cut_mark);
}

}  // namespace

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
        cells[i] = fit(cells[i], columns_[i].width_max);
    }
    rows_.push_back(std::move(cells));
}

std::string table::to_text() const {
    const auto column_widths = widths();
    std::string text;
    append_line(text, titles_, column_widths);
    for (const row& cells : rows_) {
        append_line(text, cells, column_widths);
    }
    return text;
}

std::vector<std::size_t> table::widths() const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t widest = width_of(titles_[i]);
        for (const row& cells : rows_) {
            widest = std::max(widest, width_of(cells[i]));
        }
        result.push_back(widest);
    }
    return result;
}

void table::append_line(std::string& text, const row& cells, const std::vector<std::size_t>& widths) const {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string padding(widths[i] - width_of(cells[i]), ' ');
        const bool is_right = columns_[i].align == column::side::right;
        text.append(i == 0 ? "" : gap);
        text.append(is_right ? padding : "").append(cells[i]).append(is_right ? "" : padding);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text.push_back('\n');
}

}  // namespace mayhem::cli
