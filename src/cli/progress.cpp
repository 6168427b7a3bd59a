#include "cli/progress.hpp"

#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/standard_output.hpp"

namespace mayhem::cli {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t looks_every = 1000;
constexpr std::chrono::seconds quiet{1};
constexpr std::chrono::milliseconds draws_every{200};

}  // namespace

progress::progress(std::string what, beside b)
    : what_(std::move(what)),
      is_shown_(::isatty(STDERR_FILENO) != 0 && (b == beside::nothing || ::isatty(STDOUT_FILENO) == 0)),
      draw_next_(steady_clock::now() + quiet) {}

progress::~progress() {
    if (is_drawn_) {
        print_in_place({});
    }
}

void progress::step(std::string_view at) {
    if (++count_ % looks_every == 0) {
        draw(at);
    }
}

void progress::reach(std::size_t count) {
    count_ = count;
    draw({});
}

void progress::draw(std::string_view at) {
    if (!is_shown_ || steady_clock::now() < draw_next_) {
        return;
    }
    draw_next_ = steady_clock::now() + draws_every;
    is_drawn_ = true;
    print_in_place(fmt::format("{} {}{}{}", count_, what_, at.empty() ? "" : ", ", at));
}

}  // namespace mayhem::cli
