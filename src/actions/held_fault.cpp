#include "actions/held_fault.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "system/readable.hpp"
#include "system/write_all.hpp"

namespace mayhem::actions {

namespace {

constexpr std::chrono::seconds answers_within{10};
constexpr std::chrono::seconds ends_within{1};

hold_word refused(std::string why) { return {.is = hold_word::kind::refused, .text = std::move(why)}; }

system::pipe_ends pipe_for_orders() {
    try {
        return system::make_pipe();
    } catch (const std::system_error& e) {
        throw system::command_not_started(std::string("cannot start a holder: ") + e.what() +
                                          "; raise the limits of the service (LimitNOFILE)");
    }
}

std::vector<std::string> with_program(const std::string& program, std::vector<std::string> call) {
    call.insert(call.begin(), program);
    return call;
}

/// What it has complained of, as far as it is there.
std::string read_rest(int fd) {
    std::array<char, 1024> text{};
    const ssize_t size = ::read(fd, text.data(), text.size());
    return size <= 0 ? std::string() : core::printable_text({text.data(), static_cast<std::size_t>(size)});
}

}  // namespace

held_fault::held_fault(const std::string& program, std::vector<std::string> call)
    : orders_(pipe_for_orders()),
      process_(system::command{.arguments = with_program(program, std::move(call))},
               {.input = orders_.read.get(), .keeps_capabilities = true}),
      words_(process_.take_output()),
      complaints_(process_.take_errors()) {
    orders_.read.reset();
}

async::awaitable<void> held_fault::ready() {
    const async::frame here;
    const async::loop::external_work working(async::this_loop());
    co_await process_.started();
}

async::awaitable<hold_word> held_fault::hold(hold_order o) {
    const async::frame here;
    const async::loop::external_work working(async::this_loop());
    if (!system::write_all(orders_.write.get(), to_line(o))) {
        co_return refused("its holder has ended: " + read_rest(complaints_.get()));
    }
    auto answer = co_await async::with_timeout(first_word(), answers_within);
    if (!answer) {
        co_return refused("its holder says nothing");
    }
    if (answer->is == hold_word::kind::over) {
        co_return refused("its holder has ended: " +
                          (answer->text.empty() ? read_rest(complaints_.get()) : answer->text));
    }
    effect_ = answer->text;
    co_return *std::move(answer);
}

async::awaitable<hold_word> held_fault::first_word() {
    const async::frame here;
    std::optional<hold_word> word = next_word();
    while (!word) {
        co_await system::readable(words_.get());
        word = next_word();
    }
    co_return *std::move(word);
}

/// False: nothing more comes.
bool held_fault::read_what_is_there() {
    std::array<char, 1024> text{};
    for (;;) {
        const ssize_t size = ::read(words_.get(), text.data(), text.size());
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
        effect_ = std::move(word->text);
        word = next_word();
    }
    return word;
}

async::awaitable<void> held_fault::end() {
    const async::frame here;
    const async::loop::external_work working(async::this_loop());
    orders_.write.reset();
    const auto by_itself = co_await async::with_timeout(process_.wait(), ends_within);
    if (!by_itself) {
        co_await process_.end(std::chrono::nanoseconds{0});
    }
    (void)find_end();  // for what it has told of its effect
}

}  // namespace mayhem::actions
