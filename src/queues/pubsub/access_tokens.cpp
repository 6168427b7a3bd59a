#include "queues/pubsub/access_tokens.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "http/send.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "queues/pubsub/service_account.hpp"
#include "system/secret_file.hpp"

namespace mayhem::queues {

namespace {

constexpr std::chrono::seconds ask_max{10};
constexpr std::chrono::seconds renewed_before{60};
constexpr std::chrono::hours longest_kept{12};

/// The question for a token. Throws `no_token` when the key file cannot be used.
http::request make_question(const token_settings& s, async::clock::wall_time_point now) {
    if (s.key_file.empty()) {
        return {.url = s.metadata_url, .headers = {"Metadata-Flavor: Google"}, .timeout = ask_max};
    }
    try {
        const service_account account = parse_service_account(system::read_secret_text(s.key_file));
        return {.method = "POST",
                .url = account.token_uri,
                .headers = {"Content-Type: application/x-www-form-urlencoded"},
                .body = "grant_type=" + http::encode("urn:ietf:params:oauth:grant-type:jwt-bearer") +
                        "&assertion=" + make_assertion(account, now),
                .timeout = ask_max};
    } catch (const std::runtime_error& e) {
        throw no_token("credentials = \"" + s.key_file + "\" cannot be used: " + e.what());
    }
}

std::string explain(const token_settings& s, const http::response& r) {
    const auto answer = core::parse_json<nlohmann::json>(r.body);
    const bool is_told =
        answer.is_object() && answer.contains("error_description") && answer["error_description"].is_string();
    const std::string said =
        is_told ? ": " + core::printable_text(answer["error_description"].get<std::string>()) : std::string();
    return s.key_file.empty()
               ? fmt::format(
                     "the metadata server has no access token (status {}{}): has this machine a service account?",
                     r.status, said)
               : fmt::format(
                     "Google gives no access token for the key in {} (status {}{}): is it still valid, and the "
                     "clock right?",
                     s.key_file, r.status, said);
}

std::string explain(const token_settings& s, const http::request_failed& e) {
    return s.key_file.empty() ? fmt::format(
                                    "{}; outside of Google Cloud, credentials must name a service account's key "
                                    "file",
                                    e.what())
                              : std::string(e.what());
}

}  // namespace

access_tokens::access_tokens(async::loop& l, token_settings s) : loop_(l), settings_(std::move(s)) {}

void access_tokens::forget(const std::string& token) noexcept {
    if (kept_.token == token) {
        kept_.token.clear();
    }
}

async::awaitable<std::string> access_tokens::get() {
    const async::frame here;
    if (!settings_.are_needed) {
        co_return std::string();
    }
    const async::semaphore::permit alone = co_await asking_.acquire();
    if (!is_fresh()) {
        kept_ = co_await ask();
    }
    co_return kept_.token;
}

async::awaitable<access_tokens::granted> access_tokens::ask() const {
    const async::frame here;
    http::request question = make_question(settings_, loop_.clock().wall_now());
    std::optional<http::response> answer;
    std::string trouble;
    try {
        answer = co_await http::send(std::move(question));
    } catch (const http::request_failed& e) {
        trouble = explain(settings_, e);
    }
    if (answer && !answer->is_success()) {
        trouble = explain(settings_, *answer);
    }
    if (!trouble.empty()) {
        throw no_token(trouble);
    }
    const auto told = core::parse_json<nlohmann::json>(answer->body);
    const bool has_token = told.is_object() && told.contains("access_token") && told["access_token"].is_string() &&
                           told.contains("expires_in") && told["expires_in"].is_number_integer();
    const std::string token = has_token ? told["access_token"].get<std::string>() : std::string();
    if (token.empty() || core::printable_text(token) != token) {
        throw no_token("what should be an access token is none: is a proxy in between?");
    }
    const std::chrono::seconds length(std::clamp<std::int64_t>(told["expires_in"].get<std::int64_t>(), 0,
                                                               std::chrono::seconds(longest_kept).count()));
    co_return granted{.token = token, .until = loop_.now() + length - renewed_before};
}

}  // namespace mayhem::queues
