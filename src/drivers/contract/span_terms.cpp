#include "drivers/contract/span_terms.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actions/netfilter/network_peer_text.hpp"
#include "settings/size.hpp"
#include "settings/texts.hpp"

namespace mayhem::drivers {

namespace {

using namespace std::chrono_literals;
using core::network_fault;

constexpr std::array<std::string_view, 2> manner_names{"lose", "reject"};
constexpr std::array<std::string_view, 3> direction_names{"both", "in", "out"};
constexpr std::size_t disk_path_bytes_max = 1024;

/// With which actions a key has an effect.
struct effective {
    const char* key;
    std::vector<std::string_view> with;
};

void check_effects(settings::section& section, std::string_view action, std::span<const std::string_view> offered) {
    const std::vector<effective> all{{"for", {"freeze", "cut", "loss", "dns", "delay", "fill", "throttle"}},
                                     {"how", {"cut"}},
                                     {"loss", {"loss"}},
                                     {"latency", {"delay"}},
                                     {"jitter", {"delay"}},
                                     {"direction", {"cut", "loss", "delay"}},
                                     {"ports", {"cut", "loss", "delay"}},
                                     {"peers", {"cut", "loss", "delay"}},
                                     {"directory", {"fill"}},
                                     {"fill_to", {"fill"}},
                                     {"keep_free", {"fill"}},
                                     {"cpu", {"throttle"}},
                                     {"memory_high", {"throttle"}},
                                     {"io_read", {"throttle"}},
                                     {"io_write", {"throttle"}},
                                     {"device", {"throttle"}}};
    for (const effective& e : all) {
        if (!section.has(e.key) || std::ranges::find(e.with, action) != e.with.end()) {
            continue;
        }
        std::vector<std::string_view> with = e.with;
        std::erase_if(with, [offered](std::string_view a) { return std::ranges::find(offered, a) == offered.end(); });
        std::string names;
        for (const std::string_view name : with) {
            names += (names.empty() ? "\"" : name == with.back() ? " or \"" : ", \"") + std::string(name) + '"';
        }
        section.fail(e.key, "has an effect only with action = " + names);
    }
}

void read_ports(settings::section& section, std::vector<std::uint16_t>& ports) {
    const toml::node* const found = section.find("ports");
    if (found == nullptr) {
        return;
    }
    const toml::array* const list = found->as_array();
    if (list == nullptr || list->empty() || list->size() > network_fault::ports_max) {
        section.fail("ports", "must be a list of 1 to 16 numbers, such as [8080]");
        return;
    }
    for (const toml::node& each : *list) {
        const auto port = each.value_exact<std::int64_t>();
        if (!port || *port < 1 || *port > 65'535) {
            section.fail_at(each, "ports", "must be a number of 1 to 65535");
            return;
        }
        ports.push_back(static_cast<std::uint16_t>(*port));
    }
}

void read_peers(settings::section& section, std::vector<core::network_peer>& peers) {
    std::vector<std::string> texts;
    if (!settings::read_text_or_texts(section, "peers", texts)) {
        return;
    }
    if (texts.size() > network_fault::peers_max) {
        section.fail("peers", "has more than 32 of them: give a network instead");
        return;
    }
    for (const std::string& text : texts) {
        const auto peer = actions::parse_network_peer(text);
        if (!peer) {
            section.fail("peers", '"' + text + "\" " + peer.error());
            return;
        }
        peers.push_back(*peer);
    }
}

/// In whole microseconds: what is shorter, no timer keeps.
bool read_microseconds(settings::section& section, std::string_view key, std::chrono::microseconds& to,
                       settings::range<std::chrono::nanoseconds> allowed) {
    std::chrono::nanoseconds length{};
    const bool is_read = section.read(key, length, allowed);
    to = is_read ? std::chrono::ceil<std::chrono::microseconds>(length) : to;
    return is_read;
}

void read_delay(settings::section& section, network_fault& f) {
    if (!section.has("latency")) {
        section.fail("delays nothing: give latency = \"200ms\", or by how much each packet comes later");
    }
    read_microseconds(section, "latency", f.latency, {network_fault::latency_min, network_fault::latency_max});
    if (read_microseconds(section, "jitter", f.jitter, {0ns, network_fault::latency_max}) && f.jitter > f.latency &&
        !section.has_failed()) {
        section.fail("jitter", "is more than the latency: no packet comes before it was sent");
    }
}

void read_network(settings::section& section, network_fault::kind what, network_fault& f) {
    f.what = what;
    section.read("how", f.how, core::parse_manner, manner_names);
    section.read("direction", f.way, core::parse_direction, direction_names);
    read_ports(section, f.ports);
    read_peers(section, f.peers);
    if (what == network_fault::kind::loss) {
        if (!section.has("loss")) {
            section.fail("loses nothing: give loss = 30, or how many of a hundred packets");
        }
        section.read("loss", f.percent, settings::range<unsigned>{1, 99});
    }
    if (what == network_fault::kind::delay) {
        read_delay(section, f);
    }
    if (f.way != network_fault::direction::both && f.ports.empty() && !section.has("ports")) {
        section.fail("direction", "needs ports, by which it is known who has connected to whom");
    }
}

/// All that it needs: how much of a disk is others' is nothing to be guessed.
void read_disk(settings::section& section, core::disk_fill& f) {
    const std::vector<std::pair<const char*, const char*>> needed{
        {"directory", R"(fills nothing: give directory = "/srv/data", one on the file system that is to be full)"},
        {"fill_to", "fills nothing: give fill_to = 90, or how many percent of what can be used are to be in use"},
        {"keep_free", R"(leaves nobody anything: give keep_free = "256 MiB", or how much others are to have left)"}};
    for (const auto& [key, why] : needed) {
        if (!section.has(key)) {
            section.fail(why);
        }
    }
    if (section.read("directory", f.directory) && !f.directory.starts_with('/')) {
        section.fail("directory", "must be an absolute path, such as \"/srv/data\"");
    }
    if (f.directory.size() > disk_path_bytes_max || f.directory.find('\'') != std::string::npos) {
        section.fail("directory", "must have at most 1024 bytes, and no \"'\"");
    }
    section.read("fill_to", f.percent, settings::range<unsigned>{1, 99});
    constexpr std::uint64_t most = 1ULL << 50U;
    settings::read_size(section, "keep_free", f.keep_free, {core::disk_fill::least_kept_free, most});
}

void read_limits(settings::section& section, core::unit_limits& l) {
    constexpr std::uint64_t most = 1ULL << 50U;
    constexpr std::uint64_t least = 4096;
    if (!section.has("cpu") && !section.has("memory_high") && !section.has("io_read") && !section.has("io_write")) {
        section.fail(
            "throttles nothing: give cpu = 20, or how many percent of one CPU it has; or memory_high, io_read "
            "or io_write");
    }
    section.read("cpu", l.cpu_percent, settings::range<unsigned>{1, 1000});
    const auto read_size = [&section](const char* key, std::optional<std::uint64_t>& into) {
        std::uint64_t size = 0;
        if (settings::read_size(section, key, size, {least, most})) {
            into = size;
        }
    };
    read_size("memory_high", l.memory_high);
    read_size("io_read", l.io_read);
    read_size("io_write", l.io_write);
    section.read("device", l.device);
    const bool is_of_device = section.has("io_read") || section.has("io_write");
    if (is_of_device != section.has("device")) {
        section.fail(is_of_device ? "io_read and io_write need a device, such as device = \"/dev/sda\""
                                  : "device has an effect only with io_read or io_write");
    }
    if (section.has("device") && !section.has_failed() && !l.device.starts_with('/')) {
        section.fail("device", "must be an absolute path, such as \"/dev/sda\"");
    }
}

}  // namespace

void read_span_terms(settings::section& section, std::string_view action, std::span<const std::string_view> offered,
                     core::span_terms& terms) {
    check_effects(section, action, offered);
    section.read("for", terms.length, {1s, 10min});
    if (const auto what = core::parse_network_fault_kind(action)) {
        read_network(section, *what, terms.network);
    }
    if (action == "fill") {
        read_disk(section, terms.disk);
    }
    if (action == "throttle") {
        read_limits(section, terms.limits);
    }
}

}  // namespace mayhem::drivers
