#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mayhem::cli {

/// One column of a `table`.
struct column {
    enum class side { left, right };

    std::string title;
    side align = side::left;     ///< numbers stand on the right
    std::size_t width_max = 60;  ///< longer cells are cut, and end in "..."; at least 3

    /// What happens where there is no room for the whole table.
    std::size_t may_go = 0;     ///< left out, those with the highest number first; 0: never
    std::size_t width_min = 0;  ///< cut down to so much, at least 3; 0: never
    bool wraps = false;         ///< instead of being cut it goes on below; for the last column
};

/// `text` itself, or so much of it that it has `width` code points with a "..." at its end. No limit: 0.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t width);

/// Rows of text in aligned columns, for a person's terminal. Widths are counted in code points. What is
/// not printable in a cell comes out as '?' (`core::printable_text`), since a process may choose its own name.
class table {
public:
    /// As wide as it is: for a pipe, or a file.
    static constexpr std::size_t no_limit = 0;

    explicit table(std::vector<column> columns);

    /// As many cells as there are columns; missing ones are empty, and more of them throw `std::invalid_argument`.
    void add_row(std::vector<std::string> cells);

    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    [[nodiscard]] std::size_t rows() const noexcept { return rows_.size(); }

    /// The titles and all rows, each line ended by a newline, without trailing blanks. `room` for so many characters a
    /// line: columns are left out, then cut, as they say; if they do not yield enough, lines are longer.
    [[nodiscard]] std::string to_text(std::size_t room = no_limit) const;

private:
    using row = std::vector<std::string>;

    struct shown_column {
        std::size_t index;
        std::size_t width;
    };
    using layout = std::vector<shown_column>;

    [[nodiscard]] layout lay_out(std::size_t room) const;
    [[nodiscard]] std::size_t least_width(const shown_column& s) const;
    [[nodiscard]] std::size_t widest(std::size_t index) const;
    void append_row(std::string& text, const row& cells, const layout& l) const;

    std::vector<column> columns_;
    row titles_;
    std::vector<row> rows_;
};

}  // namespace mayhem::cli
