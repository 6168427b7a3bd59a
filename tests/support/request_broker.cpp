#include "support/request_broker.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::test {

namespace {
constexpr std::chrono::milliseconds poll{50};
constexpr std::chrono::milliseconds way{2};
}  // namespace

class request_broker::subscription final : public ports::request_queue {
public:
    explicit subscription(request_broker& at) : at_(at) {}

    async::awaitable<ports::asked_request> receive() override {
        const async::frame here;
        entry* e = at_.next();
        while (e == nullptr || at_.is_away) {
            co_await async::sleep_for(poll);
            e = at_.next();
        }
        e->lease = ports::lease{++at_.leases_};
        e->not_before = at_.loop_.now() + at_.lease_;
        ++e->deliveries;
        at_.said.push_back("receive " + std::to_string(e->number) + " #" + std::to_string(e->deliveries));
        co_return ports::asked_request{.body = e->body,
                                       .name = "R/" + std::to_string(e->number),
                                       .lease = e->lease,
                                       .leased_at = at_.loop_.now(),
                                       .delivery = e->deliveries};
    }
    async::awaitable<bool> ack(ports::lease of) override { return settle(of, "ack", "", std::nullopt); }
    async::awaitable<bool> nack(ports::lease of, std::chrono::nanoseconds delay) override {
        return settle(of, "nack", ' ' + core::format_duration(delay), delay);
    }
    async::awaitable<bool> dead_letter(ports::lease of, std::string why) override {
        return settle(of, "dead", ' ' + why, std::nullopt);
    }
    async::awaitable<std::vector<ports::lease>> extend(std::span<const ports::lease> held) override {
        const async::frame here;
        const std::vector<ports::lease> mine(held.begin(), held.end());
        co_await async::sleep_for(way);
        std::vector<ports::lease> lost;
        for (const ports::lease of : mine) {
            entry* const e = at_.find(of);
            if (e == nullptr || at_.is_away || at_.is_time_over) {
                lost.push_back(of);
            } else {
                e->not_before = at_.loop_.now() + at_.lease_;
                at_.said.push_back("extend " + std::to_string(e->number));
            }
        }
        co_return lost;
    }
    [[nodiscard]] std::chrono::nanoseconds lease_length() const noexcept override { return at_.lease_; }
    async::awaitable<void> publish(std::string, std::string, std::string body) override {
        const async::frame here;
        at_.put(std::move(body));
        co_return;
    }
    async::awaitable<std::string> prepare() override {
        const async::frame here;
        co_return std::string();
    }
    async::awaitable<void> run() override {
        const async::frame here;
        async::event never;
        co_await never.wait();
    }
    [[nodiscard]] const std::string& trouble() const noexcept override { return trouble_; }

private:
    /// Settled for good, or delivered again after `delay`.
    async::awaitable<bool> settle(ports::lease of, std::string word, std::string more,
                                  std::optional<std::chrono::nanoseconds> delay) {
        const async::frame here;
        co_await async::sleep_for(way);
        entry* const e = at_.find(of);
        if (e == nullptr || at_.is_away) {
            co_return false;
        }
        at_.said.push_back(word + ' ' + std::to_string(e->number) + more);
        e->lease = {};
        e->is_settled = !delay;
        e->not_before = at_.loop_.now() + delay.value_or(std::chrono::nanoseconds{});
        co_return !at_.are_answers_lost;
    }

    request_broker& at_;
    std::string trouble_;
};

void request_broker::put(std::string body) {
    const int number = static_cast<int>(entries_.size()) + 1;
    entries_.push_back({.body = std::move(body), .number = number});
}

std::unique_ptr<ports::request_queue> request_broker::subscribe() { return std::make_unique<subscription>(*this); }

request_broker::entry* request_broker::next() {
    const auto found = std::ranges::find_if(
        entries_, [now = loop_.now()](const entry& e) { return !e.is_settled && e.not_before <= now; });
    return found == entries_.end() ? nullptr : &*found;
}

request_broker::entry* request_broker::find(ports::lease of) {
    const auto found = std::ranges::find_if(entries_, [of, now = loop_.now()](const entry& e) {
        return !e.is_settled && e.lease == of && now < e.not_before;
    });
    return found == entries_.end() ? nullptr : &*found;
}

std::size_t request_broker::kept() const noexcept {
    return static_cast<std::size_t>(std::ranges::count(entries_, false, &entry::is_settled));
}

std::vector<std::string> request_broker::said_but_extend() const {
    std::vector<std::string> rest;
    std::ranges::copy_if(said, std::back_inserter(rest),
                         [](const std::string& line) { return !line.starts_with("extend"); });
    return rest;
}

}  // namespace mayhem::test
