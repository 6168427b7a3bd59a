#include "actions/held_fault.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "system/readable.hpp"
#include "system/write_all.hpp"

namespace mayhem::actions {

namespace {

constexpr std::chrono::seconds answers_within{10};
constexpr std::chrono::seconds ends_within{1};

hold_word refused(std::string why) { return {.is = hold_word::kind::refused, .text = std::move(why)}; }

}  // namespace

async::awaitable<void> held_fault::ready() {
    const async::frame here;
    co_await holder_->ready();
}

async::awaitable<hold_word> held_fault::hold(hold_order o) {
    const async::frame here;
    const async::loop::external_work working(async::this_loop());
    if (!system::write_all(holder_->orders(), to_line(o))) {
        co_return refused("its holder has ended: " + holder_->complaints());
    }
    auto answer = co_await async::with_timeout(first_word(), answers_within);
    if (!answer) {
        co_return refused("its holder says nothing");
    }
    if (answer->is == hold_word::kind::over) {
        co_return refused("its holder has ended: " + (answer->text.empty() ? holder_->complaints() : answer->text));
    }
    effect_ = {.text = answer->text, .is_none = answer->is_none};
    co_return *std::move(answer);
}

async::awaitable<hold_word> held_fault::first_word() {
    const async::frame here;
    std::optional<hold_word> word = next_word();
    while (!word) {
        co_await system::readable(holder_->words());
        word = next_word();
    }
    co_return *std::move(word);
}

/// False: nothing more comes.
bool held_fault::read_what_is_there() {
    std::array<char, 1024> text{};
    for (;;) {
        const ssize_t size = ::read(holder_->words(), text.data(), text.size());
        if (size > 0 && unread_.size() <= hold_line_bytes_max) {
            unread_.append(text.data(), static_cast<std::size_t>(size));
        } else if (size >= 0) {
            return false;
        } else if (errno != EINTR) {
            return errno == EAGAIN;
        }
    }
}

std::optional<hold_word> held_fault::next_word() {
    const hold_word gone{.is = hold_word::kind::over, .ended_by = core::span_end::holder_gone};
    const bool goes_on = read_what_is_there();
    const std::size_t end = unread_.find('\n');
    if (end == std::string::npos) {
        return goes_on ? std::nullopt : std::optional(gone);
    }
    const auto word = parse_hold_word(unread_.substr(0, end));
    unread_.erase(0, end + 1);
    return word ? *word : refused("its holder does not speak as a holder does: " + word.error());
}

std::optional<hold_word> held_fault::find_end() {
    std::optional<hold_word> word = next_word();
    while (word && word->is == hold_word::kind::seen) {
        effect_ = {.text = std::move(word->text), .is_none = word->is_none};
        word = next_word();
    }
    is_whole_ =
        is_whole_ || (word && word->is == hold_word::kind::over && word->ended_by != core::span_end::holder_gone);
    return word;
}

async::awaitable<void> held_fault::until_gone() {
    const async::frame here;
    while (read_what_is_there()) {
        co_await system::readable(holder_->words());
    }
    co_await holder_->gone();
}

async::awaitable<void> held_fault::end() {
    const async::frame here;
    const async::loop::external_work working(async::this_loop());
    holder_->close_orders();
    const auto by_itself = co_await async::with_timeout(until_gone(), ends_within);
    if (!by_itself) {
        co_await holder_->end_by_force();
    }
    (void)find_end();  // for what it has told of its effect
}

}  // namespace mayhem::actions
