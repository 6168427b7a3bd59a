#include "discovery/listening_sockets.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>

#include <arpa/inet.h>

#include "drivers/proc/service_group.hpp"

namespace mayhem::app {

namespace {

constexpr std::string_view listens = "0A";  // TCP_LISTEN

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// The kernel prints each 32 bits of an address as one number of this machine's.
std::optional<std::string> parse_address(std::string_view hex) {
    if (hex.size() != 8 && hex.size() != 32) {
        return std::nullopt;
    }
    std::array<std::uint32_t, 4> words{};
    for (std::size_t i = 0; i < hex.size() / 8; ++i) {
        const auto word = parse_number<std::uint32_t>(hex.substr(i * 8, 8), 16);
        if (!word) {
            return std::nullopt;
        }
        words.at(i) = *word;
    }
    if (std::ranges::all_of(words, [](std::uint32_t w) { return w == 0; })) {
        return "127.0.0.1";  // that of IPv6 takes IPv4 as well, unless somebody forbids it
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = hex.size() == 8 ? AF_INET : AF_INET6;
    return ::inet_ntop(family, words.data(), text.data(), text.size()) != nullptr
               ? std::optional<std::string>(text.data())
               : std::nullopt;
}

std::optional<listening_socket> parse_line(const std::string& line) {
    std::istringstream fields(line);
    const std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
    if (words.size() < 10 || words[3] != listens) {
        return std::nullopt;
    }
    const std::size_t colon = words[1].find(':');
    if (colon == std::string::npos) {
        return std::nullopt;
    }
    const auto address = parse_address(std::string_view(words[1]).substr(0, colon));
    const auto port = parse_number<std::uint16_t>(std::string_view(words[1]).substr(colon + 1), 16);
    const auto inode = parse_number<std::uint64_t>(words[9], 10);
    return address && port && inode ? std::optional(listening_socket{{*address, *port}, *inode}) : std::nullopt;
}

std::vector<std::uint64_t> sockets_of(const std::filesystem::path& process) {
    constexpr std::string_view prefix = "socket:[";
    std::vector<std::uint64_t> inodes;
    std::error_code unknown;
    for (std::filesystem::directory_iterator fd(process / "fd", unknown), end; !unknown && fd != end;
         fd.increment(unknown)) {
        std::error_code gone;
        const std::string to = std::filesystem::read_symlink(fd->path(), gone).string();
        if (!gone && to.starts_with(prefix) && to.ends_with(']')) {
            const auto inode = parse_number<std::uint64_t>(
                std::string_view(to).substr(prefix.size(), to.size() - prefix.size() - 1), 10);
            inodes.push_back(inode.value_or(0));
        }
    }
    return inodes;
}

void add(std::vector<listener>& to, const listener& l) {
    if (std::ranges::find(to, l) == to.end()) {
        to.push_back(l);
    }
}

}  // namespace

std::vector<listening_socket> parse_listening(std::string_view table) {
    std::vector<listening_socket> all;
    std::istringstream lines{std::string(table)};
    for (std::string line; std::getline(lines, line);) {
        if (auto found = parse_line(line)) {
            all.push_back(std::move(*found));
        }
    }
    return all;
}

std::map<std::string, std::vector<listener>> find_listeners(const std::filesystem::path& proc) {
    std::map<std::uint64_t, listener> by_inode;
    for (const char* const table : {"self/net/tcp", "self/net/tcp6"}) {
        for (const listening_socket& s : parse_listening(read_text(proc / table))) {
            by_inode.emplace(s.inode, s.where);
        }
    }
    std::map<std::string, std::vector<listener>> found;
    std::error_code unknown;
    for (std::filesystem::directory_iterator each(proc, unknown), end; !unknown && each != end;
         each.increment(unknown)) {
        const std::string name = each->path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) {
            continue;
        }
        const drivers::service_group service = drivers::find_service(read_text(each->path() / "cgroup"));
        if (service.unit.empty() || service.is_of_user) {
            continue;
        }
        for (const std::uint64_t inode : sockets_of(each->path())) {
            if (const auto where = by_inode.find(inode); where != by_inode.end()) {
                add(found[service.unit], where->second);
            }
        }
    }
    return found;
}

}  // namespace mayhem::app
