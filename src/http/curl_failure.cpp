#include "http/curl_failure.hpp"

#include <string>
#include <system_error>

namespace mayhem::http {

namespace {

failure classify(CURLcode code) noexcept {
    switch (code) {
        case CURLE_COULDNT_CONNECT: return failure::not_connected;
        case CURLE_COULDNT_RESOLVE_HOST: return failure::not_resolved;
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR: return failure::dropped;
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING: return failure::nonsense;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION: return failure::not_trusted;
        default: return failure::other;
    }
}

/// The system's word for why curl could not connect; empty if there is none.
std::string system_error_of(CURL* easy) {
    long number = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    return number != 0 ? std::generic_category().message(static_cast<int>(number)) : "";
}

}  // namespace

request_failed explain(const request& r, CURL* easy, CURLcode code, const char* own_words) {
    const failure why = classify(code);
    const std::string system = system_error_of(easy);
    const bool may_quote = r.alias.empty() && *own_words != '\0';
    const std::string detail = may_quote ? own_words : curl_easy_strerror(code);
    switch (why) {
        case failure::not_connected: return {r, why, "cannot connect: " + (system.empty() ? detail : system)};
        case failure::dropped: return {r, why, "the connection was dropped: " + detail};
        case failure::nonsense: return {r, why, "the answer is not HTTP: " + detail};
        default: return {r, why, detail};
    }
}

}  // namespace mayhem::http
