#include "http/request_failed.hpp"

#include <string_view>

namespace mayhem::http {

namespace {

std::string_view remedy(failure why, bool is_local) noexcept {
    switch (why) {
        case failure::not_connected:
            return is_local ? "; does the server run, is this its socket, and may Mayhem's user write to it?"
                            : "; does the server run, and does it listen on that address and port?";
        case failure::not_resolved: return "; correct the host's name, or see to the name servers";
        case failure::timed_out: return "; the server hangs or is overloaded: look at its log, or allow it more time";
        case failure::dropped: return "; the server ended in the middle or was restarted: look at its log";
        case failure::nonsense: return "; is it another kind of server that listens there?";
        case failure::too_large: return "; is it another kind of server, or is too much asked for at once?";
        case failure::not_trusted: return "; see to the server's certificate and the host's ca-certificates";
        case failure::other: break;
    }
    return "";
}

}  // namespace

request_failed::request_failed(const request& r, failure why, const std::string& reason)
    : std::runtime_error(to_string(r) + ": " + reason + std::string(remedy(why, !r.unix_socket.empty()))), why_(why) {}

}  // namespace mayhem::http
