#include "queues/jetstream/jetstream_queue.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "queues/jetstream/jetstream_text.hpp"
#include "requests/queue_text.hpp"

namespace mayhem::queues {

namespace {

/// A pull is asked again after so long: the server forgets it when it is restarted.
constexpr std::chrono::seconds pull_length{20};
constexpr std::chrono::seconds pull_slack{2};
constexpr std::chrono::milliseconds retry_pause{200};
constexpr std::chrono::seconds longest_look{10};
constexpr std::chrono::seconds publish_max{10};

constexpr int no_responders = 503;
constexpr int not_found = 404;
constexpr int request_timeout = 408;

}  // namespace

/// A waiter's inbox, for as long as it waits.
class jetstream_queue::place {
public:
    explicit place(jetstream_queue& q, bool is_pull = false)
        : queue_(q), inbox_(fmt::format("{}.{}", q.wire_->inbox(), ++q.next_)) {
        queue_.waiters_.emplace(inbox_, &waiter_);
        if (is_pull) {
            queue_.pulls_.push_back(&waiter_);
        }
    }
    ~place() {
        queue_.waiters_.erase(inbox_);
        std::erase(queue_.pulls_, &waiter_);
        if (waiter_.message && !waiter_.message->reply.empty()) {
            queue_.throw_away(std::move(waiter_.message->reply));
        }
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;

    [[nodiscard]] const std::string& inbox() const noexcept { return inbox_; }

    async::awaitable<std::optional<nats_message>> wait(std::chrono::nanoseconds limit) {
        const async::frame here;
        (void)co_await async::with_timeout(waiter_.came.wait(), limit);
        co_return std::exchange(waiter_.message, std::nullopt);
    }

private:
    jetstream_queue& queue_;
    const std::string inbox_;
    waiter waiter_;
};

jetstream_queue::jetstream_queue(async::loop& l, jetstream_settings s, const std::string& host,
                                 std::unique_ptr<nats_wire> wire)
    : loop_(l),
      settings_(std::move(s)),
      filter_(requests::for_host(settings_.subject, host)),
      consumer_(consumer_for(settings_.consumer, host)),
      wire_(std::move(wire)) {}

jetstream_queue::waiter* jetstream_queue::find_waiter(const nats_message& m) {
    if (parse_ack_subject(m.reply)) {  // what is pulled bears the subject of its stream, and not the inbox
        const auto pulling = std::ranges::find_if(pulls_, [](const waiter* w) { return !w->message; });
        return pulling == pulls_.end() ? nullptr : *pulling;
    }
    const auto found = waiters_.find(m.inbox);
    return found == waiters_.end() || found->second->message ? nullptr : found->second;
}

void jetstream_queue::receive_message(nats_message m) {
    if (waiter* const w = find_waiter(m)) {
        w->message = std::move(m);
        w->came.set();
    } else if (parse_ack_subject(m.reply)) {
        throw_away(std::move(m.reply));
    }
}

void jetstream_queue::throw_away(std::string reply) {
    unwanted_.push_back(std::move(reply));
    is_unwanted_.set();
}

async::awaitable<std::optional<nats_message>> jetstream_queue::call(std::string subject, std::string data,
                                                                    std::string id, std::chrono::nanoseconds limit) {
    const async::frame here;
    place p(*this);
    const bool sent = co_await wire_->publish(std::move(subject), p.inbox(), std::move(data), std::move(id));
    if (!sent) {
        co_return std::nullopt;
    }
    std::optional<nats_message> answer = co_await p.wait(limit);
    co_return answer;
}

void jetstream_queue::change_readiness(bool is_ready) {
    if (is_ready) {
        trouble_.clear();
        ready_.set();
    } else {
        ready_.clear();
        look_again_.set();
    }
}

async::awaitable<ports::asked_request> jetstream_queue::receive() {
    const async::frame here;
    for (;;) {
        co_await ready_.wait();
        std::optional<nats_message> came;
        {
            place p(*this, true);
            const bool sent =
                co_await wire_->publish(fmt::format("$JS.API.CONSUMER.MSG.NEXT.{}.{}", settings_.stream, consumer_),
                                        p.inbox(), next_request(pull_length), {});
            if (sent) {
                came = co_await p.wait(pull_length + pull_slack);
            }
        }
        if (came && came->status == 0) {
            if (std::optional<ports::asked_request> granted = grant(*std::move(came))) {
                co_return *std::move(granted);
            }
        } else if (!came || (came->status != not_found && came->status != request_timeout)) {
            change_readiness(false);  // it is gone, or somebody else is asked from now on
            co_await async::sleep_for(retry_pause);
        }
    }
}

std::optional<ports::asked_request> jetstream_queue::grant(nats_message m) {
    const std::optional<jetstream_delivery> told = parse_ack_subject(m.reply);
    if (!told) {
        return std::nullopt;
    }
    const auto of = ports::lease{++next_};
    const async::clock::time_point now = loop_.now();
    held h{.reply = std::move(m.reply),
           .name = fmt::format("{}/{}", told->stream, told->sequence),
           .body = std::move(m.data),
           .until = now + settings_.lease};
    ports::asked_request asked{
        .body = h.body, .name = h.name, .lease = of, .leased_at = now, .delivery = told->deliveries};
    held_.emplace(of, std::move(h));
    return asked;
}

async::awaitable<bool> jetstream_queue::say(ports::lease of, std::string text) {
    const async::frame here;
    for (auto found = held_.find(of); found != held_.end() && loop_.now() < found->second.until;
         found = held_.find(of)) {
        const std::optional<nats_message> answer = co_await call(found->second.reply, text);
        if (answer && answer->status == 0) {
            held_.erase(of);
            co_return true;
        }
        if (answer && answer->status == no_responders && wire_->is_connected()) {
            break;  // there is no such consumer any more
        }
        co_await async::sleep_for(retry_pause);
    }
    held_.erase(of);
    co_return false;
}

async::awaitable<bool> jetstream_queue::ack(ports::lease of) { return say(of, "+ACK"); }

async::awaitable<bool> jetstream_queue::nack(ports::lease of, std::chrono::nanoseconds delay) {
    return say(of, nack_text(delay));
}

async::awaitable<bool> jetstream_queue::dead_letter(ports::lease of, std::string why) {
    const async::frame here;
    const auto found = held_.find(of);
    if (found == held_.end()) {
        co_return false;
    }
    if (!settings_.dead_letter.empty()) {
        const std::string id = "dead-" + found->second.name;
        const bool is_kept = co_await keep_aside(
            requests::dead_letter_text(found->second.name, why, found->second.body), id, found->second.until);
        if (!is_kept) {
            held_.erase(of);
            trouble_ = "nothing keeps what is sent to " + settings_.dead_letter +
                       ": add it to the subjects of a stream, and allow this user to publish there";
            co_return false;
        }
    }
    const bool heard = co_await say(of, "+TERM");
    co_return heard;
}

async::awaitable<bool> jetstream_queue::keep_aside(std::string text, std::string id, async::clock::time_point until) {
    const async::frame here;
    while (loop_.now() < until) {
        const std::optional<nats_message> answer = co_await call(settings_.dead_letter, text, id);
        if (answer) {
            co_return answer->status == 0 && parse_api_answer(answer->data).code == 0;
        }
        co_await async::sleep_for(retry_pause);
    }
    co_return false;
}

async::awaitable<bool> jetstream_queue::extend_one(ports::lease of) {
    const async::frame here;
    for (auto found = held_.find(of); found != held_.end(); found = held_.find(of)) {
        const async::clock::time_point asked_at = loop_.now();
        if (asked_at >= found->second.until) {
            break;
        }
        const std::optional<nats_message> answer = co_await call(found->second.reply, "+WPI");
        found = held_.find(of);
        if (found == held_.end()) {
            break;  // settled meanwhile
        }
        if (answer && answer->status == 0) {
            found->second.until = asked_at + settings_.lease;
            co_return true;
        }
        co_await async::sleep_for(retry_pause);
    }
    co_return false;
}

async::awaitable<std::vector<ports::lease>> jetstream_queue::extend(std::span<const ports::lease> held) {
    const async::frame here;
    const std::vector<ports::lease> mine(held.begin(), held.end());
    std::vector<async::awaitable<bool>> asked;
    std::ranges::transform(mine, std::back_inserter(asked), [this](ports::lease of) { return extend_one(of); });
    std::vector<async::settled<bool>> kept = co_await async::gather_settled(std::move(asked));
    std::vector<ports::lease> lost;
    for (std::size_t i = 0; i < mine.size(); ++i) {
        if (!std::move(kept[i]).get()) {
            held_.erase(mine[i]);
            lost.push_back(mine[i]);
        }
    }
    co_return lost;
}

async::awaitable<void> jetstream_queue::wait_until_connected(std::chrono::nanoseconds limit) {
    const async::frame here;
    const async::clock::time_point until = loop_.now() + limit;
    while (!wire_->is_connected() && loop_.now() < until) {
        co_await async::sleep_for(std::chrono::milliseconds{20});
    }
    if (!wire_->is_connected()) {
        throw std::runtime_error(wire_->trouble().empty() ? "NATS does not answer" : wire_->trouble());
    }
}

async::awaitable<void> jetstream_queue::publish(std::string host, std::string id, std::string body) {
    const async::frame here;
    co_await wait_until_connected(publish_max);
    const std::string subject = requests::for_host(settings_.subject, host);
    const std::optional<nats_message> answer = co_await call(subject, std::move(body), "request-" + id);
    if (!answer) {
        throw std::runtime_error("nobody has said that the request is kept; it may be: ask again with the same --id");
    }
    if (answer->status != 0) {
        throw std::runtime_error("no stream keeps what is sent to " + subject +
                                 ": \"mayhem request --prepare\" makes one, or this user may not publish there");
    }
    if (const api_answer told = parse_api_answer(answer->data); told.code != 0) {
        throw std::runtime_error("the stream does not take it: " + told.error);
    }
}

async::awaitable<std::string> jetstream_queue::prepare() {
    const async::frame here;
    co_await wait_until_connected(publish_max);
    std::string made;
    const std::optional<nats_message> answer =
        co_await call("$JS.API.STREAM.CREATE." + settings_.stream, stream_to_create(settings_));
    if (!answer || answer->status != 0) {
        throw std::runtime_error("JetStream does not answer: is it enabled at the server, and for this user?");
    }
    if (const api_answer told = parse_api_answer(answer->data); told.code == 0) {
        made = "stream " + settings_.stream;
    } else if (told.error_code != stream_name_in_use) {
        throw std::runtime_error("the stream cannot be made: " + told.error);
    }
    const std::string trouble = co_await find_consumer();
    if (!trouble.empty()) {
        throw std::runtime_error(trouble);
    }
    co_return made;
}

async::awaitable<std::string> jetstream_queue::find_consumer() {
    const async::frame here;
    const std::string of = settings_.stream + '.' + consumer_;
    std::optional<nats_message> answer = co_await call("$JS.API.CONSUMER.INFO." + of, "");
    if (answer && answer->status == 0 && parse_api_answer(answer->data).error_code == consumer_not_found) {
        answer =
            co_await call("$JS.API.CONSUMER.DURABLE.CREATE." + of, consumer_to_create(settings_, consumer_, filter_));
    }
    if (!answer) {
        co_return "JetStream does not answer";
    }
    if (answer->status != 0) {
        co_return "JetStream is not enabled at the server, or not for this user";
    }
    const api_answer told = parse_api_answer(answer->data);
    if (told.error_code == stream_not_found) {
        co_return "there is no stream " + settings_.stream + ": \"mayhem request --prepare\" makes it";
    }
    if (told.code != 0) {
        co_return "the consumer " + consumer_ + " cannot be used: " + told.error;
    }
    co_return trouble_in_consumer(answer->data, settings_, filter_);
}

async::awaitable<void> jetstream_queue::watch_consumer() {
    const async::frame here;
    for (;;) {
        look_again_.clear();
        if (!wire_->is_connected()) {
            ready_.clear();
            co_await look_again_.wait();
            continue;
        }
        if (ready_.is_set()) {
            co_await look_again_.wait();
            continue;
        }
        std::string trouble = co_await find_consumer();
        if (trouble.empty()) {
            change_readiness(true);
        } else {
            trouble_ = std::move(trouble);
            (void)co_await async::with_timeout(look_again_.wait(), longest_look);
        }
    }
}

async::awaitable<void> jetstream_queue::give_back() {
    const async::frame here;
    for (;;) {
        while (!unwanted_.empty()) {
            const std::string reply = std::move(unwanted_.front());
            unwanted_.pop_front();
            (void)co_await wire_->publish(reply, {}, nack_text({}), {});
        }
        is_unwanted_.clear();
        co_await is_unwanted_.wait();
    }
}

void jetstream_queue::change_connection() {
    ready_.clear();
    look_again_.set();
    for (waiter* const w : pulls_) {  // a server forgets them with the connection
        w->came.set();
    }
}

async::awaitable<void> jetstream_queue::run() {
    const async::frame here;
    auto ended = co_await async::gather_settled(
        wire_->run([this](nats_message m) { receive_message(std::move(m)); }, [this] { change_connection(); }),
        watch_consumer(), give_back());
    std::apply([](auto&... each) { (each.rethrow_if_failed(), ...); }, ended);
}

}  // namespace mayhem::queues
