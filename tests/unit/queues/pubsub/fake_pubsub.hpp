#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mayhem/async/settled.hpp"
#include "queues/pubsub/base64.hpp"
#include "queues/pubsub/pubsub_queue.hpp"
#include "support/fake_http_server.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::test {

/// What Pub/Sub answered once, to be answered again. It knows nothing of deliveries: what is not scripted is done.
class fake_pubsub {
public:
    explicit fake_pubsub(async::loop& l) : server(l, "", [this](const std::string& r) { return answer(r); }) {}

    /// What the next calls of "pull", "acknowledge", "modifyAckDeadline", "publish", "GET", "PUT" or "token" get.
    void will(const std::string& verb, int status, const std::string& body, const std::string& header = {}) {
        reply r = http_reply(status, body);
        r.bytes.insert(r.bytes.find("\r\n") + 2, header.empty() ? "" : header + "\r\n");
        will(verb, std::move(r));
    }
    void will(const std::string& verb, reply r) { scripted_[verb].push_back(std::move(r)); }

    /// A pull brings this.
    void will_bring(const std::string& ack_id, const std::string& name, const std::string& data) {
        will("pull", 200,
             R"({"receivedMessages":[{"ackId":")" + ack_id + R"(","message":{"data":")" + queues::encode_base64(data) +
                 R"(","attributes":{"host":"web.1"},"messageId":")" + name +
                 R"(","publishTime":"2026-11-30T23:51:53.643Z"}}]})");
    }

    /// "modifyAckDeadline {...}", in the order in which they came.
    [[nodiscard]] std::vector<std::string> said(const std::string& verb) const {
        std::vector<std::string> of;
        for (const auto& [each, body] : said_) {
            if (each == verb) {
                of.push_back(body);
            }
        }
        return of;
    }

    std::function<void(const std::string& verb)> on_call = [](const std::string&) {};
    fake_http_server server;

private:
    static std::string verb_of(const std::string& request) {
        const std::string target = request.substr(0, request.find(" HTTP/"));
        if (target.ends_with("/token")) {
            return "token";
        }
        const std::size_t colon = target.rfind(':');
        return colon == std::string::npos ? target.substr(0, target.find(' ')) : target.substr(colon + 1);
    }

    reply answer(const std::string& request) {
        const std::string verb = verb_of(request);
        said_.emplace_back(verb, request.substr(request.find("\r\n\r\n") + 4));
        on_call(verb);
        std::deque<reply>& next = scripted_[verb];
        if (next.empty()) {
            return http_reply(200, "{}");
        }
        reply r = std::move(next.front());
        next.pop_front();
        return r;
    }

    std::vector<std::pair<std::string, std::string>> said_;
    std::map<std::string, std::deque<reply>> scripted_;
};

/// An error as Google's REST interfaces write it.
inline std::string refusal(int code, const std::string& status, const std::string& message,
                           const std::string& details = "[]") {
    return R"({"error":{"code":)" + std::to_string(code) + R"(,"message":")" + message + R"(","status":")" + status +
           R"(","details":)" + details + "}}";
}

/// What exactly-once delivery says of ack ids: {"a1":"PERMANENT_FAILURE_INVALID_ACK_ID"}.
inline std::string ack_failures(const std::string& of_ack_ids) {
    return refusal(400, "FAILED_PRECONDITION", "Some of the acknowledgement IDs failed to process.",
                   R"([{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"EXACTLY_ONCE_ACKID_FAILURE",)"
                   R"("domain":"pubsub.googleapis.com","metadata":)" +
                       of_ack_ids + "}]");
}

/// A queue before a `fake_pubsub`, on virtual time.
class pubsub_bed {
public:
    explicit pubsub_bed(queues::pubsub_settings s = {})
        : queue(t.loop, complete(std::move(s)), "web.1", core::random_source(7)) {
        t.spawn("run", queue.run());
    }
    ~pubsub_bed() {
        t.group.cancel();
        fake.server.stop();
        t.run();
    }
    pubsub_bed(const pubsub_bed&) = delete;
    pubsub_bed& operator=(const pubsub_bed&) = delete;

    /// How `operation` ends, for which an hour of virtual time is enough.
    template <typename Operation>
    async::settled<typename Operation::value_type> end_of(Operation operation) {
        async::settled<typename Operation::value_type> end;
        t.spawn("operation", note(std::move(operation), end));
        const auto began = t.elapsed();
        while (!end.has_value() && !end.error() && t.elapsed() - began < std::chrono::hours{1}) {
            t.run_for(std::chrono::milliseconds{10});
        }
        return end;
    }

    /// A request under a lease.
    ports::asked_request receive(const std::string& ack_id, const std::string& body = "{}") {
        fake.will_bring(ack_id, "m-" + ack_id, body);
        async::settled<ports::asked_request> got = end_of(queue.receive());
        return std::move(got).get();
    }

    virtual_loop t;
    fake_pubsub fake{t.loop};

private:
    [[nodiscard]] queues::pubsub_settings complete(queues::pubsub_settings s) const {
        s.project = "shop-prod";
        s.subscription = "mayhem-{host}";
        s.endpoint = s.endpoint == queues::pubsub_settings{}.endpoint ? fake.server.url("") : s.endpoint;
        return s;
    }

public:
    queues::pubsub_queue queue;
};

}  // namespace mayhem::test
