#include "control/microhttpd_callbacks.hpp"

#include <charconv>
#include <utility>

#include <strings.h>
#include <sys/socket.h>

namespace mayhem::control {

namespace {

constexpr std::size_t stream_block = 4096;

int socket_of(MHD_Connection* c) noexcept {
    const MHD_ConnectionInfo* const info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == nullptr ? -1 : info->connect_fd;
}

bool is_tcp(int fd) noexcept {
    int family = AF_UNIX;
    socklen_t size = sizeof family;
    return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 && family != AF_UNIX;
}

struct header_search {
    std::string_view name;
    std::string values;
    bool is_found = false;
};

MHD_Result add_value(void* to, MHD_ValueKind /*kind*/, const char* key, const char* value) noexcept {
    header_search& s = *static_cast<header_search*>(to);
    const std::string_view written(key);  // "Host : x" is kept with the space (libmicrohttpd 0.9.75)
    const std::string_view sent = written.substr(0, written.find_last_not_of(" \t") + 1);
    if (sent.size() == s.name.size() && ::strncasecmp(sent.data(), s.name.data(), sent.size()) == 0) {
        s.values += (std::exchange(s.is_found, true) ? ", " : "") + std::string(value == nullptr ? "" : value);
    }
    return MHD_YES;
}

/// All values of that name, as one (RFC 9110, section 5.3): what is sent twice is no value that is known.
std::string header(MHD_Connection* c, const char* name) {
    header_search s{.name = name, .values = {}};
    (void)MHD_get_connection_values(c, MHD_HEADER_KIND, &add_value, &s);
    return s.values;
}

int hex_value(char c) noexcept {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool announces_too_much(MHD_Connection* c) {
    const std::string text = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
    std::uint64_t length = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), length);
    return !text.empty() && (ec != std::errc{} || length > http_server::body_max);
}

MHD_Result add_parameter(void* to, MHD_ValueKind /*kind*/, const char* key, const char* value) noexcept {
    static_cast<request*>(to)->query[key] = value == nullptr ? "" : value;
    return MHD_YES;
}

}  // namespace

void microhttpd_callbacks::suspend(exchange& e) noexcept {
    e.is_suspended = true;
    MHD_suspend_connection(e.connection);
}

void microhttpd_callbacks::resume(exchange& e) noexcept {
    if (std::exchange(e.is_suspended, false)) {
        MHD_resume_connection(e.connection);
    }
}

void microhttpd_callbacks::notify(void* context, MHD_Connection* c, void** state,
                                  MHD_ConnectionNotificationCode what) noexcept {
    http_server& server = *static_cast<http_server*>(context);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const int fd = socket_of(c);
        server.connections_.push_back({fd, is_tcp(fd), server.loop_.now() + http_server::exchange_max});
        *state = &server.connections_.back();
    } else {
        server.connections_.remove_if([state](const connection& one) { return &one == *state; });
    }
}

MHD_Result microhttpd_callbacks::receive(void* context, MHD_Connection* c, const char* url, const char* method,
                                         const char* /*version*/, const char* data, std::size_t* size,
                                         void** state) noexcept {
    http_server& server = *static_cast<http_server*>(context);
    if (*state == nullptr) {
        *state = &server.begin(c);
        return announces_too_much(c) ? send(c, error_response(413, "the body may have 65536 bytes at most"), nullptr)
                                     : MHD_YES;
    }
    exchange& e = *static_cast<exchange*>(*state);
    if (*size > 0) {
        return receive_body(e, data, size);
    }
    if (e.answer) {
        return send(c, *e.answer, &e);
    }
    fill(e, url, method);
    suspend(e);
    server.group_.spawn("answer", server.answer(e));
    return MHD_YES;
}

MHD_Result microhttpd_callbacks::receive_body(exchange& e, const char* data, std::size_t* size) {
    if (e.asked.body.size() + *size > http_server::body_max) {
        return MHD_NO;  // in the middle of a body nothing can be answered: it is cut off
    }
    e.asked.body.append(data, std::exchange(*size, 0));
    return MHD_YES;
}

void microhttpd_callbacks::fill(exchange& e, const char* url, const char* method) {
    e.asked.method = method;
    e.asked.path = url;
    e.asked.host = header(e.connection, MHD_HTTP_HEADER_HOST);
    e.asked.authorization = header(e.connection, MHD_HTTP_HEADER_AUTHORIZATION);
    e.asked.content_type = header(e.connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    e.asked.origin = header(e.connection, MHD_HTTP_HEADER_ORIGIN);
    e.asked.fetch_site = header(e.connection, "Sec-Fetch-Site");
    e.asked.from = peer_of(socket_of(e.connection));
    (void)MHD_get_connection_values(e.connection, MHD_GET_ARGUMENT_KIND, &add_parameter, &e.asked);
}

std::size_t microhttpd_callbacks::unescape(void* /*context*/, MHD_Connection* /*c*/, char* text) noexcept {
    char* to = text;
    for (const char* from = text; *from != '\0';) {
        const int high = *from == '%' ? hex_value(from[1]) : -1;
        const int low = high < 0 ? -1 : hex_value(from[2]);
        const int byte = low < 0 ? 0 : high * 16 + low;
        *to++ = byte == 0 ? *from : static_cast<char>(byte);
        from += byte == 0 ? 1 : 3;
    }
    *to = '\0';
    return static_cast<std::size_t>(to - text);
}

void microhttpd_callbacks::complete(void* context, MHD_Connection* /*c*/, void** state,
                                    MHD_RequestTerminationCode /*why*/) noexcept {
    if (*state == nullptr) {
        return;
    }
    http_server& server = *static_cast<http_server*>(context);
    exchange& e = *static_cast<exchange*>(std::exchange(*state, nullptr));
    if (e.stream) {
        e.stream->on_change(nullptr);
    }
    if (e.on != nullptr) {
        e.on->deadline = server.loop_.now() + http_server::exchange_max;
    }
    server.exchanges_.erase(e.self);
}

MHD_Result microhttpd_callbacks::send(MHD_Connection* c, const response& r, exchange* e) noexcept {
    MHD_Response* const made =
        e != nullptr && e->stream
            ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, stream_block, &read_stream, e, nullptr)
            : MHD_create_response_from_buffer(r.body.size(), const_cast<char*>(r.body.data()), MHD_RESPMEM_MUST_COPY);
    if (made == nullptr) {
        return MHD_NO;
    }
    const auto add = [made](const char* name, const char* value) { (void)MHD_add_response_header(made, name, value); };
    add(MHD_HTTP_HEADER_CONTENT_TYPE, r.content_type.c_str());
    add(MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    add("X-Content-Type-Options", "nosniff");
    add("Cross-Origin-Resource-Policy", "same-origin");
    for (const auto& [name, value] : r.headers) {
        add(name.c_str(), value.c_str());
    }
    if (!r.allow.empty()) {
        add(MHD_HTTP_HEADER_ALLOW, r.allow.c_str());
    }
    if (r.status == MHD_HTTP_UNAUTHORIZED) {
        add(MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    }
    const MHD_Result queued = MHD_queue_response(c, static_cast<unsigned>(r.status), made);
    MHD_destroy_response(made);
    return queued;
}

ssize_t microhttpd_callbacks::read_stream(void* context, std::uint64_t /*position*/, char* to,
                                          std::size_t room) noexcept {
    exchange& e = *static_cast<exchange*>(context);
    if (e.stream->is_overrun()) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    const std::size_t taken = e.stream->take({to, room});
    if (taken > 0) {
        e.stream_moved = async::clock::time_point{};  // `end_overdue` puts the time in
        return static_cast<ssize_t>(taken);
    }
    if (e.stream->is_closed()) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    suspend(e);
    return 0;
}

}  // namespace mayhem::control
