#include "control/access.hpp"

#include <algorithm>
#include <stdexcept>

#include "system/secret_file.hpp"

namespace mayhem::control {

namespace {

constexpr std::string_view scheme = "Bearer ";
constexpr std::size_t token_min = 16;

bool is_reading(std::string_view method) noexcept { return method == "GET" || method == "HEAD"; }

bool is_loopback_name(std::string_view host) noexcept {
    if (host.starts_with("[::1]")) {
        host.remove_prefix(5);
        return host.empty() || host.starts_with(':');
    }
    host = host.substr(0, host.rfind(':'));
    const bool is_address = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host == "localhost" || (is_address && host.starts_with("127."));
}

std::optional<response> refuse_user(const peer& p, const access_policy& policy) {
    const bool is_member = policy.group && std::ranges::find(p.groups, *policy.group) != p.groups.end();
    if (p.uid == 0 || p.uid == policy.daemon_user || is_member) {
        return std::nullopt;
    }
    return error_response(
        403, "only root, the user that runs mayhem and the members of the group mayhem may use this socket");
}

}  // namespace

std::optional<response> refuse(const request& r, const access_policy& policy) {
    if (r.from.is_local_user) {
        return refuse_user(r.from, policy);
    }
    if (!is_loopback_name(r.host)) {
        return error_response(403, "the Host header must name the loopback: 127.0.0.1, [::1] or localhost");
    }
    if (is_reading(r.method)) {
        return std::nullopt;
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
