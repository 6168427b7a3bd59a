#include "cli/open_text.hpp"

#include <array>
#include <sstream>

#include <fmt/format.h>

namespace mayhem::cli {

namespace {

constexpr const char* usual_port = "9666";

struct ssh_server {
    std::string options;  ///< "-p 2222 " where it is not the usual port
    std::string host;
};

/// "198.51.100.7 50122 203.0.113.5 22": the last two are the server, as the client sees it.
ssh_server server_of(const std::string& connection) {
    std::istringstream words(connection);
    std::array<std::string, 4> word;
    for (std::string& w : word) {
        words >> w;
    }
    return {.options = word[3].empty() || word[3] == "22" ? "" : "-p " + word[3] + " ",
            .host = word[2].empty() ? "HOST" : word[2]};
}

std::string port_of(const std::string& tcp) { return tcp.empty() ? usual_port : tcp.substr(tcp.rfind(':') + 1); }

}  // namespace

std::string open_text(const std::string& tcp, const std::filesystem::path& socket, const page_viewer& v) {
    const std::string address = "http://" + tcp + "/";
    const bool is_remote = !v.ssh_connection.empty();
    if (!tcp.empty() && !is_remote) {
        return address + "\n";
    }
    const ssh_server server = is_remote ? server_of(v.ssh_connection) : ssh_server{.options = {}, .host = "localhost"};
    const std::string port = port_of(tcp);
    const std::string to = tcp.empty() ? socket.string() : tcp;
    const std::string who = v.user.empty() ? server.host : v.user + "@" + server.host;
    std::string text;
    if (tcp.empty()) {
        text += fmt::format("The daemon listens on {} alone, which no browser can open.\n", socket.string());
    }
    text += fmt::format("{}\n\n  ssh -N -L {}:{} {}{}\n\nand open http://127.0.0.1:{}/ there.",
                        is_remote ? "On the machine with the browser:" : "Leave this running:", port, to,
                        server.options, who, port);
    text += tcp.empty() ? " Whoever opens it may do what " + (v.user.empty() ? "that user" : v.user) +
                              " may.\nOr set [control] listen = \"127.0.0.1:9666\" in the config, for a page that "
                              "everybody on this "
                              "host may read.\n"
                        : "\n";
    return text;
}

}  // namespace mayhem::cli
