#include "control/access.hpp"

#include <algorithm>
#include <stdexcept>

#include "control/listening_socket.hpp"
#include "mayhem/core/text/lower.hpp"
#include "system/secret_file.hpp"

namespace mayhem::control {

namespace {

constexpr std::string_view scheme = "Bearer ";
constexpr std::size_t token_min = 16;

bool is_reading(std::string_view method) noexcept { return method == "GET" || method == "HEAD"; }

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), core::lower);
    return result;
}

/// "127.0.0.1", "localhost:9666", "[::1]": exactly one, with digits alone for a port.
bool is_loopback(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    const bool has_port = colon != std::string_view::npos && !host.ends_with(']');
    return parse_loopback(lower(host) + (has_port ? "" : ":80")).has_value();
}

bool is_json(std::string_view content_type) {
    const std::string_view type = content_type.substr(0, content_type.find_first_of("; "));
    return lower(type) == "application/json";
}

std::optional<response> refuse_user(const peer& p, const access_policy& policy) {
    const bool is_member = policy.group && std::ranges::find(p.groups, *policy.group) != p.groups.end();
    if (p.uid == 0 || p.uid == policy.daemon_user || is_member) {
        return std::nullopt;
    }
    return error_response(
        403, "only root, the user that runs mayhem and the members of the group mayhem may use this socket");
}

/// A browser that asks on behalf of a page. No other client sends these headers.
std::optional<response> refuse_page(const request& r) {
    const bool has_no_host = r.host.empty() && r.from.is_local_user;  // HTTP/1.0: no browser
    if (!has_no_host && !is_loopback(r.host)) {
        return error_response(403,
                              "the Host header must name the loopback, once: 127.0.0.1, [::1] or localhost, such as in "
                              "http://localhost/v1/status");
    }
    const bool is_from_elsewhere = !r.origin.empty() && r.origin != "http://" + lower(r.host);
    const bool is_same_site = r.fetch_site.empty() || r.fetch_site == "same-origin" ||
                              (r.fetch_site == "none" && is_reading(r.method));  // typed by a person
    if (is_from_elsewhere || !is_same_site) {
        return error_response(403, "web pages of other origins may not ask");
    }
    return std::nullopt;
}

std::optional<response> refuse_acting(const request& r, const access_policy& policy) {
    if (r.from.is_local_user) {
        return is_json(r.content_type)
                   ? std::nullopt
                   : std::optional(error_response(
                         415, "to act takes the header Content-Type: application/json, with or without a body"));
    }
    if (!policy.token) {
        return error_response(403, "TCP is read-only: use the Unix socket, or set [control] token_file");
    }
    if (!r.authorization.starts_with(scheme) ||
        !equal_in_constant_time(std::string_view(r.authorization).substr(scheme.size()), *policy.token)) {
        return error_response(401, "this takes the token: Authorization: Bearer TOKEN");
    }
    return std::nullopt;
}

}  // namespace

std::optional<response> refuse(const request& r, const access_policy& policy) {
    std::optional<response> refusal = r.from.is_local_user ? refuse_user(r.from, policy) : std::nullopt;
    if (!refusal) {
        refusal = refuse_page(r);
    }
    return refusal || is_reading(r.method) ? refusal : refuse_acting(r, policy);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    unsigned difference = a.size() == b.size() ? 0U : 1U;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const char other = b.empty() ? '\0' : b[i % b.size()];
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(other);
    }
    return difference == 0;
}

core::result<std::string> read_token_file(const std::string& path) {
    try {
        std::string token = system::read_secret_file(path);
        if (token.size() < token_min) {
            return core::failure{"the token in " + path + " must have " + std::to_string(token_min) + " to " +
                                 std::to_string(system::secret_bytes_max) + " characters"};
        }
        return token;
    } catch (const std::runtime_error& e) {
        return core::failure<std::string>{e.what()};
    }
}

}  // namespace mayhem::control
