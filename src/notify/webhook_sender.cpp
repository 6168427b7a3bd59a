#include "notify/webhook_sender.hpp"

#include <utility>

#include "http/retry_after.hpp"
#include "http/send.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::notify {

namespace {

using verdict = enum attempt_result::verdict;

bool is_worth_another(int status) noexcept { return status == 408 || status == 425 || status == 429 || status >= 500; }

constexpr std::string_view alias = "webhook";

/// Whoever shows it says which webhook it was.
std::string without_alias(std::string_view text) {
    text.remove_prefix(text.starts_with(alias) ? alias.size() + 2 : 0);
    return std::string(text);
}

std::string remedy(int status) {
    if (status >= 300 && status < 400) {
        return "; redirects are not followed: give the final URL";
    }
    if (status == 401 || status == 403) {
        return "; is the token, or the secret in the URL, the right one?";
    }
    if (status == 404 || status == 410) {
        return "; does the webhook still exist?";
    }
    return status == 400 || status == 422 ? "; does it understand the body? See 'template'" : "";
}

}  // namespace

attempt_result judge_answer(int status, std::string_view retry_after, core::wall_time now) {
    if (status >= 200 && status < 300) {
        return {};
    }
    attempt_result r;
    r.verdict = is_worth_another(status) ? verdict::failed : verdict::refused;
    r.why = "the server answered with " + std::to_string(status) + remedy(status);
    r.not_before = http::parse_retry_after(retry_after, now);
    return r;
}

async::awaitable<attempt_result> webhook_sender::send(std::shared_ptr<const event> e) {
    const async::frame here;
    http::request r;
    r.method = "POST";
    r.url = settings_.url;
    r.alias = alias;
    r.headers = {"Content-Type: application/json", "User-Agent: mayhem", "Idempotency-Key: " + e->id};
    if (!settings_.token.empty()) {
        r.headers.push_back("Authorization: Bearer " + settings_.token);
    }
    r.body = settings_.body.render(*e);
    r.timeout = settings_.timeout;
    r.response_bytes_max = answer_bytes_max;
    attempt_result result;
    try {
        const http::response answer = co_await http::send(std::move(r));
        result = judge_answer(answer.status, answer.header("Retry-After"), async::this_loop().clock().wall_now());
    } catch (const http::request_failed& failed) {
        result.verdict = failed.why() == http::failure::too_large ? verdict::refused : verdict::failed;
        result.why = without_alias(failed.what());
    } catch (const std::invalid_argument& wrong) {
        result.verdict = verdict::refused;
        result.why = without_alias(wrong.what());
    }
    co_return result;
}

}  // namespace mayhem::notify
