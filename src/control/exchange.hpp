#pragma once

#include <list>
#include <memory>
#include <optional>

#include "control/event_queue.hpp"
#include "control/http.hpp"
#include "mayhem/async/clock.hpp"

struct MHD_Connection;

namespace mayhem::control {

/// An open connection: until when it must have sent a request and taken the answer.
struct connection {
    int fd = -1;
    bool is_tcp = false;
    async::clock::time_point deadline{};
};

/// One request on a connection, from its headers to the end of its answer.
struct exchange {
    MHD_Connection* connection = nullptr;
    control::connection* on = nullptr;
    request asked;
    std::optional<response> answer;
    bool is_suspended = false;  ///< libmicrohttpd leaves the connection alone until it is resumed
    std::shared_ptr<event_queue> stream;
    async::clock::time_point stream_moved{};  ///< when the stream last got or sent something
    std::list<exchange>::iterator self;
};

}  // namespace mayhem::control
