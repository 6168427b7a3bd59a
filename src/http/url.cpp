#include "http/url.hpp"

#include <algorithm>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

namespace mayhem::http {

namespace {

using url_parts = std::unique_ptr<CURLU, void (*)(CURLU*)>;

constexpr const char* scheme_needed = "must begin with http:// or https:// and contain no space";

bool is_blank_or_control(char c) noexcept { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

std::string explain(CURLUcode code) {
    switch (code) {
        case CURLUE_BAD_PORT_NUMBER: return "must have a port of 1 to 65535, or none";
        case CURLUE_NO_HOST:
        case CURLUE_BAD_HOSTNAME:
        case CURLUE_BAD_IPV6: return "must name a host after the //, such as http://127.0.0.1:8080/";
        default:
            return std::string("is no URL that can be used (") + curl_url_strerror(code) + "): write http://HOST/PATH";
    }
}

}  // namespace

std::string find_fault(const std::string& url) {
    // libcurl takes "http:/x", "HTTP://x" and "http:///x" as well.
    const bool has_scheme = url.starts_with("http://") || url.starts_with("https://");
    if (!has_scheme || std::ranges::any_of(url, is_blank_or_control)) {
        return scheme_needed;
    }
    if (url[url.find("//") + 2] == '/') {
        return explain(CURLUE_NO_HOST);
    }
    const url_parts parts(curl_url(), &curl_url_cleanup);
    if (const CURLUcode code = curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0); code != CURLUE_OK) {
        return explain(code);
    }
    char* text = nullptr;
    const CURLUcode code = curl_url_get(parts.get(), CURLUPART_PORT, &text, 0);
    const std::unique_ptr<char, void (*)(void*)> port(text, &curl_free);
    return code == CURLUE_OK && std::string(port.get()) == "0" ? explain(CURLUE_BAD_PORT_NUMBER) : "";
}

bool is_loopback(const std::string& url) {
    const url_parts parts(curl_url(), &curl_url_cleanup);
    char* text = nullptr;
    if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
        curl_url_get(parts.get(), CURLUPART_HOST, &text, 0) != CURLUE_OK) {
        return false;
    }
    const std::unique_ptr<char, void (*)(void*)> owned(text, &curl_free);
    const std::string host(text);
    in_addr v4{};
    constexpr std::uint32_t loopback_net = 127;
    return host == "localhost" || host == "[::1]" ||
           (::inet_pton(AF_INET, host.c_str(), &v4) == 1 && ntohl(v4.s_addr) >> 24U == loopback_net);
}

}  // namespace mayhem::http
