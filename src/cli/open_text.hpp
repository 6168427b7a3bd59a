#pragma once

#include <filesystem>
#include <string>

namespace mayhem::cli {

/// Where whoever wants to see the page sits.
struct page_viewer {
    std::string user;            ///< on this host; empty: not known
    std::string ssh_connection;  ///< of that name in the environment: who, from where, to where; empty: not over ssh
};

/// How the page is opened: its address, or the tunnel to it, as a command to type elsewhere. `tcp`: where the daemon
/// listens, "127.0.0.1:9666"; empty: on its Unix socket alone. Pure.
[[nodiscard]] std::string open_text(const std::string& tcp, const std::filesystem::path& socket, const page_viewer& v);

}  // namespace mayhem::cli
