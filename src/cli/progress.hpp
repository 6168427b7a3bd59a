#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace mayhem::cli {

/// How far something has come that takes long: one line on standard error, drawn anew in place, from the second second
/// on, and taken away at the end. Only where standard error is a terminal, and, for what is printed meanwhile,
/// standard output is none.
class progress {
public:
    enum class beside { nothing, output };

    /// "123 moments planned, 2027-03-04 ...". `b`: whether something is printed meanwhile.
    explicit progress(std::string what, beside b = beside::nothing);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    /// One more; `at`: where. Looks at the clock once in a thousand.
    void step(std::string_view at = {});

    /// So many in all.
    void reach(std::size_t count);

private:
    void draw(std::string_view at);

    std::string what_;
    bool is_shown_;
    bool is_drawn_ = false;
    std::size_t count_ = 0;
    std::chrono::steady_clock::time_point draw_next_;
};

}  // namespace mayhem::cli
