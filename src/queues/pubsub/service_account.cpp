#include "queues/pubsub/service_account.hpp"

#include <chrono>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "http/url.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "queues/pubsub/base64.hpp"
#include "queues/pubsub/rs256.hpp"

namespace mayhem::queues {

namespace {

constexpr const char* scope = "https://www.googleapis.com/auth/pubsub";
constexpr std::chrono::hours assertion_length{1};

std::string key_text(const nlohmann::json& file, const char* name, bool is_needed = true) {
    if (file.contains(name) && file[name].is_string()) {
        return file[name].get<std::string>();
    }
    if (is_needed) {
        throw std::runtime_error(std::string("it has no ") + name + ": it must be a service account's key, as JSON");
    }
    return {};
}

}  // namespace

service_account parse_service_account(const std::string& json) {
    const auto file = core::parse_json<nlohmann::json>(json);
    if (!file.is_object()) {
        throw std::runtime_error("it is no JSON object: it must be a service account's key, as JSON");
    }
    service_account a{.client_email = key_text(file, "client_email"),
                      .private_key = key_text(file, "private_key"),
                      .private_key_id = key_text(file, "private_key_id", false),
                      .token_uri = key_text(file, "token_uri")};
    if (!http::find_fault(a.token_uri).empty() ||
        (!a.token_uri.starts_with("https://") && !http::is_loopback(a.token_uri))) {
        throw std::runtime_error("its token_uri must be a URL that begins with https://");
    }
    return a;
}

std::string make_assertion(const service_account& a, async::clock::wall_time_point now) {
    const auto issued = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    nlohmann::json header{{"alg", "RS256"}, {"typ", "JWT"}};
    if (!a.private_key_id.empty()) {
        header["kid"] = a.private_key_id;
    }
    const nlohmann::json claims{{"iss", a.client_email},
                                {"scope", scope},
                                {"aud", a.token_uri},
                                {"iat", issued.count()},
                                {"exp", (issued + assertion_length).count()}};
    const std::string text =
        encode_base64url(core::json_line(header)) + '.' + encode_base64url(core::json_line(claims));
    return text + '.' + encode_base64url(sign_rs256(a.private_key, text));
}

}  // namespace mayhem::queues
