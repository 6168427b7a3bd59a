#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mayhem/core/rules/reach.hpp"

namespace mayhem::app {

/// A port on which somebody waits for connections over TCP.
struct listener {
    std::string address;  ///< as one connects to it: "127.0.0.1", "::1"
    std::uint16_t port = 0;
    std::string url{};  ///< that answers with 200; empty: none is known

    friend bool operator==(const listener&, const listener&) = default;
};

/// A service of systemd that runs, or that something else starts when it is due.
struct service_facts {
    std::string unit;
    std::string why_not{};            ///< it is protected, does its work once, or would stay dead; empty: none of these
    std::string restart{};            ///< Restart=
    core::reach reach{};              ///< who goes down with it
    std::string file{};               ///< that defines it
    std::vector<std::string> by{};    ///< the timers that start it
    std::vector<listener> listens{};  ///< its processes
};

struct container_facts {
    std::string name;
    std::string why_not{};   ///< likewise
    std::string policy{};    ///< of the restart
    bool has_check = false;  ///< of its health: the driver asks it
    std::string project{};   ///< of Compose; empty: it is of none
    std::string service{};
    core::reach reach{};
};

/// Processes with one command line, each of which its parent starts again.
struct worker_facts {
    std::string program;  ///< its file
    std::string command_line;
    std::string unit{};      ///< the service whose control group they live in
    std::string why_back{};  ///< who starts one again, of one of them
    std::size_t count = 0;
    bool is_supervised = false;  ///< their parent runs another program, to start them again
    bool is_apart = true;        ///< nobody else runs that program with that in his command line
};

/// What was found on a host, and what could not be looked at.
struct host_facts {
    std::string host{};
    std::string zone{};
    std::vector<service_facts> services{};
    std::vector<container_facts> containers{};
    std::vector<worker_facts> workers{};
    std::string engine{};                 ///< the socket of the containers' engine
    std::string user{};                   ///< as whom the daemon runs; empty: as root, or none is there
    std::vector<std::string> unlooked{};  ///< one sentence for each thing that could not be looked at
};

}  // namespace mayhem::app
