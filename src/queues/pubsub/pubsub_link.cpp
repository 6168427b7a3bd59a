#include "queues/pubsub/pubsub_link.hpp"

#include <algorithm>
#include <utility>

#include "http/retry_after.hpp"
#include "http/send.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::queues {

namespace {

constexpr std::size_t answer_bytes_max = 16UL * 1024 * 1024;  // Pub/Sub's longest message, 10 MB, in base64

std::string without_slash_at_end(std::string url) {
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

http::request make_request(const std::string& endpoint, const std::string& method, const pubsub_place& at,
                           const std::string& verb, const std::string& body, const std::string& token) {
    const std::string kind = at.kind == pubsub_place::kind::topic ? "/topics/" : "/subscriptions/";
    http::request r{.method = method,
                    .url = endpoint + "/v1/projects/" + http::encode(at.project) + kind + http::encode(at.name) +
                           (verb.empty() ? "" : ":" + verb),
                    .body = body,
                    .response_bytes_max = answer_bytes_max};
    if (!body.empty()) {
        r.headers.emplace_back("Content-Type: application/json");
    }
    if (!token.empty()) {
        r.headers.push_back("Authorization: Bearer " + token);
    }
    return r;
}

}  // namespace

pubsub_link::pubsub_link(async::loop& l, std::string endpoint, token_settings tokens)
    : loop_(l), endpoint_(without_slash_at_end(std::move(endpoint))), tokens_(l, std::move(tokens)) {}

async::awaitable<pubsub_answer> pubsub_link::call(std::string method, pubsub_place at, std::string verb,
                                                  std::string body, std::chrono::nanoseconds limit) {
    const async::frame here;
    pubsub_answer answer = co_await call_once(method, at, verb, body, limit);
    if (answer.status == pubsub_answer::not_authenticated) {
        answer = co_await call_once(method, at, verb, body, limit);
    }
    co_return answer;
}

async::awaitable<pubsub_answer> pubsub_link::call_once(const std::string& method, const pubsub_place& at,
                                                       const std::string& verb, const std::string& body,
                                                       std::chrono::nanoseconds limit) {
    const async::frame here;
    pubsub_answer answer;
    try {
        const std::string token = co_await tokens_.get();
        http::request question = make_request(endpoint_, method, at, verb, body, token);
        question.timeout = limit;
        http::response told = co_await http::send(std::move(question));
        answer.status = told.status;
        answer.body = std::move(told.body);
        if (told.status == pubsub_answer::not_authenticated) {
            tokens_.forget(token);
        }
        if (!told.is_success()) {
            answer.trouble = explain_refusal(at, told.status, answer.body);
            const auto asked = http::parse_retry_after(told.header("Retry-After"), loop_.clock().wall_now());
            answer.leave_alone = std::min(asked.value_or(std::chrono::seconds{}), leave_alone_max);
        }
    } catch (const http::request_failed& e) {
        answer.trouble = e.what();
    } catch (const no_token& e) {
        answer.trouble = e.what();
    }
    co_return answer;
}

}  // namespace mayhem::queues
