#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mayhem::cli {

/// One column of a `table`.
struct column {
    enum class side { left, right };

    std::string title;
    side align = side::left;     ///< numbers stand on the right
    std::size_t width_max = 60;  ///< longer cells are cut, and end in "..."; at least 3
};

/// Rows of text in aligned columns, for a person's terminal. Widths are counted in code points. What is
/// not printable in a cell comes out as '?' (`core::printable_text`), since a process may choose its own name.
class table {
public:
    explicit table(std::vector<column> columns);

    /// As many cells as there are columns; missing ones are empty, and more of them throw `std::invalid_argument`.
    void add_row(std::vector<std::string> cells);

    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

    /// The titles and all rows, each line ended by a newline, without trailing blanks.
    [[nodiscard]] std::string to_text() const;

private:
    using row = std::vector<std::string>;

    [[nodiscard]] std::vector<std::size_t> widths() const;
    void append_line(std::string& text, const row& cells, const std::vector<std::size_t>& widths) const;

    std::vector<column> columns_;
    row titles_;
    std::vector<row> rows_;
};

}  // namespace mayhem::cli
