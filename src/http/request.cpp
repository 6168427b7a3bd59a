#include "http/request.hpp"

#include <algorithm>
#include <stdexcept>

#include "http/url.hpp"

namespace mayhem::http {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

bool has_control(std::string_view text) noexcept {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::string_view response::header(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(
        headers, [name](const auto& h) { return std::ranges::equal(h.first, name, {}, lower, lower); });
    return found == headers.end() ? std::string_view() : found->second;
}

std::string to_string(const request& r) {
    if (!r.alias.empty()) {
        return r.alias;
    }
    return r.method + ' ' + r.url + (r.unix_socket.empty() ? "" : " over " + r.unix_socket);
}

void check(const request& r) {
    const auto fail = [&r](const std::string& what) {
        throw std::invalid_argument((r.alias.empty() ? r.method : r.alias) + ": " + what);
    };
    if (r.method.empty() || has_control(r.method) || r.method.find(' ') != std::string::npos) {
        fail("is no HTTP method");
    }
    if (const std::string fault = find_fault(r.url); !fault.empty()) {
        fail((r.alias.empty() ? "'" + r.url + "' " : "the URL ") + fault);
    }
    if (std::ranges::any_of(r.headers, has_control)) {
        fail("a header contains a control character");
    }
}

std::string encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded.append(1, '%').append(1, digits[byte >> 4U]).append(1, digits[byte & 0xfU]);
        }
    }
    return encoded;
}

}  // namespace mayhem::http
