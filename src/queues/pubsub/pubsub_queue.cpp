#include "queues/pubsub/pubsub_queue.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/rules/backoff.hpp"
#include "requests/queue_text.hpp"

namespace mayhem::queues {

namespace {

using std::chrono::seconds;

/// Pub/Sub answers a pull that brings nothing after one and a half minutes at most.
constexpr seconds pull_max{120};
constexpr seconds call_max{5};
constexpr seconds publish_time_max{10};

/// No deadline is shorter, so that what was just delivered is ours at least so long; less what is on the way.
constexpr seconds first_deadline_min{8};
constexpr seconds nack_delay_min{10};
constexpr seconds nack_delay_max{600};
constexpr std::chrono::milliseconds between_empty_pulls{200};

constexpr core::backoff retries{.first = std::chrono::milliseconds{400}, .max = seconds{10}};

constexpr int not_allowed = 403;
constexpr int not_found = 404;
constexpr int already_exists = 409;
constexpr int bad_request = 400;

token_settings tokens_for(const pubsub_settings& s) {
    const bool is_local = http::is_loopback(s.endpoint);
    if (!is_local && !s.endpoint.starts_with("https://")) {
        throw std::runtime_error("endpoint must begin with https://, because access tokens are sent there");
    }
    return {.are_needed = !s.credentials.empty() || !is_local, .key_file = s.credentials};
}

}  // namespace

/// In the row of those who wait.
class pubsub_queue::place {
public:
    explicit place(pubsub_queue& q) : queue_(q) {
        queue_.waiters_.push_back(&waiter_);
        queue_.is_wanted_.set();
    }
    ~place() {
        queue_.waiters_.remove(&waiter_);
        if (waiter_.asked) {  // cancelled after it was given one, and before it took it
            const auto found = queue_.held_.find(waiter_.asked->lease);
            queue_.throw_away(std::move(found->second.ack_id));
            queue_.held_.erase(found);
        }
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;

    async::awaitable<ports::asked_request> wait() {
        const async::frame here;
        co_await waiter_.came.wait();
        ports::asked_request asked = *std::move(waiter_.asked);
        waiter_.asked.reset();
        co_return asked;
    }

private:
    pubsub_queue& queue_;
    waiter waiter_;
};

pubsub_queue::pubsub_queue(async::loop& l, pubsub_settings s, std::string host, core::random_source random)
    : loop_(l),
      settings_(std::move(s)),
      host_(std::move(host)),
      lease_(std::chrono::floor<seconds>(settings_.lease)),
      subscription_{.project = settings_.project, .name = requests::for_host(settings_.subscription, host_)},
      random_(random),
      link_(l, settings_.endpoint, tokens_for(settings_)) {}

pubsub_place pubsub_queue::topic(const std::string& name) const {
    return {.kind = pubsub_place::kind::topic, .project = settings_.project, .name = name};
}

void pubsub_queue::note(const pubsub_answer& a) { trouble_ = a.trouble; }

async::awaitable<void> pubsub_queue::pause(int failures, async::clock::time_point latest) {
    const async::frame here;
    co_await async::sleep_until(std::min(latest, loop_.now() + retries.delay(failures, random_)));
}

const pubsub_queue::held* pubsub_queue::find(ports::lease of) const {
    const auto found = held_.find(of);
    return found == held_.end() || loop_.now() >= found->second.until ? nullptr : &found->second;
}

std::chrono::nanoseconds pubsub_queue::time_to_ask(async::clock::time_point until) const {
    return std::min<std::chrono::nanoseconds>(call_max, until - loop_.now());
}

void pubsub_queue::throw_away(std::string ack_id) {
    unwanted_.push_back(std::move(ack_id));
    is_unwanted_.set();
}

async::awaitable<ports::asked_request> pubsub_queue::receive() {
    const async::frame here;
    place p(*this);
    ports::asked_request asked = co_await p.wait();
    co_return asked;
}

async::awaitable<void> pubsub_queue::pull() {
    const async::frame here;
    for (int failures = 0;;) {
        while (waiters_.empty()) {
            is_wanted_.clear();
            co_await is_wanted_.wait();
        }
        const async::clock::time_point asked_at = loop_.now();
        const bool is_well = trouble_.empty();  // otherwise the answer must not wait for somebody's request
        pubsub_answer answer = co_await link_.call("POST", subscription_, "pull", pull_request(is_well), pull_max);
        std::optional<std::vector<pulled>> came;
        if (answer.is_done()) {
            came = parse_pulled(answer.body);
            answer.trouble = came ? "" : "what answers a pull is not Pub/Sub: is endpoint right?";
        }
        note(answer);
        if (!came) {
            const std::chrono::nanoseconds own = retries.delay(++failures, random_);
            co_await async::sleep_for(std::max(own, answer.leave_alone));
            continue;
        }
        failures = 0;
        if (came->empty()) {
            co_await async::sleep_until(asked_at + between_empty_pulls);
            continue;
        }
        while (came->size() > 1) {  // more than was asked for
            throw_away(std::move(came->back().ack_id));
            came->pop_back();
        }
        co_await take(std::move(came->front()));
    }
}

async::awaitable<void> pubsub_queue::take(pulled p) {
    const async::frame here;
    std::optional<async::clock::time_point> leased_at;
    if (!waiters_.empty()) {
        leased_at = co_await begin_lease(p.ack_id);
        if (!leased_at) {
            co_return;  // it comes again
        }
    }
    if (waiters_.empty()) {
        throw_away(std::move(p.ack_id));
        co_return;
    }
    const auto of = ports::lease{++next_};
    held h{.ack_id = std::move(p.ack_id), .name = std::move(p.name), .body = std::move(p.body), .until = {}};
    h.until = *leased_at + lease_;
    waiter& first = *waiters_.front();
    waiters_.pop_front();
    first.asked = ports::asked_request{
        .body = h.body, .name = h.name, .lease = of, .leased_at = *leased_at, .delivery = p.delivery};
    held_.emplace(of, std::move(h));
    first.came.set();
}

async::awaitable<std::optional<async::clock::time_point>> pubsub_queue::begin_lease(std::string ack_id) {
    const async::frame here;
    const async::clock::time_point until = loop_.now() + first_deadline_min;
    for (int failures = 1; loop_.now() < until; ++failures) {
        const async::clock::time_point asked_at = loop_.now();
        const std::vector<std::string> ids{ack_id};
        const std::vector<ack_verdict> told = co_await speak(ids, lease_, time_to_ask(until));
        if (told.front() == ack_verdict::done) {
            co_return asked_at;
        }
        if (told.front() == ack_verdict::lost) {
            break;
        }
        co_await pause(failures, until);
    }
    co_return std::nullopt;
}

async::awaitable<std::vector<ack_verdict>> pubsub_queue::speak(std::vector<std::string> ack_ids,
                                                               std::optional<seconds> deadline,
                                                               std::chrono::nanoseconds limit) {
    const async::frame here;
    const std::string text = deadline ? deadline_request(ack_ids, *deadline) : ack_request(ack_ids);
    const std::string verb = deadline ? "modifyAckDeadline" : "acknowledge";
    const pubsub_answer answer = co_await link_.call("POST", subscription_, verb, text, limit);
    std::vector<ack_verdict> told = judge_acks(answer.status, answer.body, ack_ids);
    const bool is_unclear = std::ranges::count(told, ack_verdict::unknown) == std::ssize(told);
    if (is_unclear && answer.status == bad_request && ack_ids.size() > 1) {
        for (std::size_t i = 0; i < ack_ids.size(); ++i) {
            const std::vector<std::string> one{ack_ids[i]};
            const std::vector<ack_verdict> of_one = co_await speak(one, deadline, limit);
            told[i] = of_one.front();
        }
    } else if (std::ranges::find(told, ack_verdict::lost) == told.end()) {
        note(answer);
    }
    co_return told;
}

async::awaitable<bool> pubsub_queue::settle(ports::lease of, std::optional<seconds> deadline) {
    const async::frame here;
    bool is_heard = false;
    const held* h = find(of);
    for (int failures = 1; h != nullptr; ++failures) {
        const async::clock::time_point until = h->until;
        const std::vector<std::string> ids{h->ack_id};
        const std::vector<ack_verdict> told = co_await speak(ids, deadline, time_to_ask(until));
        is_heard = told.front() == ack_verdict::done;
        if (told.front() != ack_verdict::unknown) {
            break;
        }
        co_await pause(failures, until);
        h = find(of);
    }
    held_.erase(of);
    co_return is_heard;
}

async::awaitable<bool> pubsub_queue::ack(ports::lease of) { return settle(of, std::nullopt); }

async::awaitable<bool> pubsub_queue::nack(ports::lease of, std::chrono::nanoseconds delay) {
    const bool is_at_once = delay <= std::chrono::nanoseconds::zero();
    const seconds deadline = std::chrono::ceil<seconds>(std::min<std::chrono::nanoseconds>(delay, nack_delay_max));
    return settle(of, is_at_once ? seconds{0} : std::max(deadline, nack_delay_min));
}

async::awaitable<bool> pubsub_queue::keep_aside(ports::lease of, std::string why) {
    const async::frame here;
    const pubsub_place to = topic(settings_.dead_letter_topic);
    const held* h = find(of);
    for (int failures = 1; h != nullptr; ++failures) {
        const async::clock::time_point until = h->until;
        const std::string text =
            publish_request({{"host", host_}, {"from", h->name}}, requests::dead_letter_text(h->name, why, h->body));
        const pubsub_answer answer = co_await link_.call("POST", to, "publish", text, time_to_ask(until));
        if (answer.is_done()) {
            dead_letter_trouble_.clear();
            co_return true;
        }
        dead_letter_trouble_ = "nothing keeps what is given up: " + answer.trouble;
        if (answer.is_final()) {
            break;
        }
        co_await pause(failures, until);
        h = find(of);
    }
    co_return false;
}

async::awaitable<bool> pubsub_queue::dead_letter(ports::lease of, std::string why) {
    const async::frame here;
    if (!settings_.dead_letter_topic.empty()) {
        const bool is_kept = co_await keep_aside(of, std::move(why));
        if (!is_kept) {
            held_.erase(of);
            co_return false;
        }
    }
    const bool is_heard = co_await settle(of, std::nullopt);
    co_return is_heard;
}

async::awaitable<std::vector<ports::lease>> pubsub_queue::extend(std::span<const ports::lease> held) {
    const async::frame here;
    std::vector<ports::lease> asked(held.begin(), held.end());
    std::vector<ports::lease> lost;
    for (int failures = 1; !asked.empty(); ++failures) {
        std::vector<std::string> ids;
        std::vector<ports::lease> of;
        const async::clock::time_point asked_at = loop_.now();
        async::clock::time_point first_end = asked_at + lease_;
        for (const ports::lease each : asked) {
            if (const auto* const h = find(each)) {
                ids.push_back(h->ack_id);
                of.push_back(each);
                first_end = std::min(first_end, h->until);
            } else {
                held_.erase(each);
                lost.push_back(each);
            }
        }
        asked.clear();
        if (of.empty()) {
            break;
        }
        const std::vector<ack_verdict> told = co_await speak(ids, lease_, time_to_ask(first_end));
        for (std::size_t i = 0; i < of.size(); ++i) {
            const auto found = held_.find(of[i]);
            if (told[i] == ack_verdict::unknown) {
                asked.push_back(of[i]);
            } else if (told[i] == ack_verdict::lost) {
                held_.erase(of[i]);
                lost.push_back(of[i]);
            } else if (found != held_.end()) {
                found->second.until = asked_at + lease_;
            }
        }
        if (!asked.empty()) {
            co_await pause(failures, first_end);
        }
    }
    co_return lost;
}

async::awaitable<void> pubsub_queue::publish(std::string host, std::string id, std::string body) {
    const async::frame here;
    if (settings_.topic.empty()) {
        throw std::runtime_error("topic is missing in the config: to which topic requests are published");
    }
    const async::clock::time_point until = loop_.now() + publish_time_max;
    const pubsub_place to = topic(settings_.topic);
    const std::string text = publish_request({{"host", std::move(host)}, {"id", std::move(id)}}, body);
    for (int failures = 1;; ++failures) {
        const pubsub_answer answer = co_await link_.call("POST", to, "publish", text, call_max);
        if (answer.is_done()) {
            co_return;
        }
        if (answer.is_final() || loop_.now() >= until) {
            throw std::runtime_error(answer.trouble + (answer.is_final() ? ""
                                                                         : "; the request may be kept all the "
                                                                           "same: ask again with the same --id"));
        }
        co_await pause(failures, until);
    }
}

async::awaitable<std::string> pubsub_queue::make(pubsub_place what, std::string body) {
    const async::frame here;
    const pubsub_answer there = co_await link_.call("GET", what, "", "", call_max);
    if (there.is_done()) {
        const std::string trouble = what.kind == pubsub_place::kind::subscription
                                        ? trouble_in_subscription(there.body, topic(settings_.topic))
                                        : std::string();
        if (!trouble.empty()) {
            throw std::runtime_error(what.describe() + ": " + trouble);
        }
        co_return std::string();
    }
    if (there.status != not_found && there.status != not_allowed) {
        throw std::runtime_error(there.trouble);
    }
    const pubsub_answer made = co_await link_.call("PUT", what, "", std::move(body), call_max);
    if (made.status == not_allowed) {
        throw std::runtime_error("who makes " + what.describe() + " needs roles/pubsub.editor on the project");
    }
    if (!made.is_done() && made.status != already_exists) {
        throw std::runtime_error(what.describe() + " cannot be made: " + made.trouble);
    }
    co_return made.is_done() ? what.describe() : std::string();
}

async::awaitable<std::string> pubsub_queue::prepare() {
    const async::frame here;
    if (settings_.topic.empty()) {
        throw std::runtime_error("topic is missing in the config: of which topic the subscription is one");
    }
    std::vector<std::string> made;
    made.push_back(co_await make(topic(settings_.topic), "{}"));
    if (!settings_.dead_letter_topic.empty()) {
        made.push_back(co_await make(topic(settings_.dead_letter_topic), "{}"));
    }
    made.push_back(co_await make(subscription_, subscription_to_create(settings_, host_)));
    std::erase(made, std::string());
    co_return fmt::format("{}", fmt::join(made, ", "));
}

async::awaitable<void> pubsub_queue::give_back() {
    const async::frame here;
    for (;;) {
        while (unwanted_.empty()) {
            is_unwanted_.clear();
            co_await is_unwanted_.wait();
        }
        const std::vector<std::string> ids(unwanted_.begin(), unwanted_.end());
        unwanted_.clear();
        (void)co_await speak(ids, seconds{0}, call_max);  // if it is not heard, the deadline does the same
    }
}

async::awaitable<void> pubsub_queue::run() {
    const async::frame here;
    auto ended = co_await async::gather_settled(pull(), give_back());
    std::apply([](auto&... each) { (each.rethrow_if_failed(), ...); }, ended);
}

}  // namespace mayhem::queues
