#pragma once

#include <cstdint>

#include <microhttpd.h>
#include <sys/types.h>

#include "control/http_server.hpp"

namespace mayhem::control {

/// What libmicrohttpd calls. `context` is the `http_server`, or for `read_stream` the `exchange`.
struct microhttpd_callbacks {
    /// A connection begins or ends.
    static void notify(void* context, MHD_Connection* c, void** state, MHD_ConnectionNotificationCode what) noexcept;

    /// The headers have come, then each piece of the body, then its end; and once more when the answer is ready.
    static MHD_Result receive(void* context, MHD_Connection* c, const char* url, const char* method,
                              const char* version, const char* data, std::size_t* size, void** state) noexcept;

    /// Decodes a path, or the name or value of a parameter, in place. "%00" stays as it is: what follows it would be
    /// lost, and "/v1/status%00" is not "/v1/status".
    static std::size_t unescape(void* context, MHD_Connection* c, char* text) noexcept;

    /// The answer is sent, or the connection is gone.
    static void complete(void* context, MHD_Connection* c, void** state, MHD_RequestTerminationCode why) noexcept;

    /// There is room for more of a stream.
    static ssize_t read_stream(void* context, std::uint64_t position, char* to, std::size_t room) noexcept;

    /// Hands `r` over as the answer on `c`.
    static MHD_Result send(MHD_Connection* c, const response& r, exchange* e) noexcept;

    static void suspend(exchange& e) noexcept;
    static void resume(exchange& e) noexcept;

private:
    static MHD_Result receive_body(exchange& e, const char* data, std::size_t* size);
    static void fill(exchange& e, const char* url, const char* method);
};

}  // namespace mayhem::control
