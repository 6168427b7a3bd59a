#include "drivers/contract/way_back_in.hpp"

#include <algorithm>
#include <array>

#include "drivers/contract/known_name.hpp"

namespace mayhem::drivers {

namespace {

/// Texts as of `means_name`.
struct row {
    std::string_view unit;
    std::string_view program;
    way_back_in what;
};

constexpr way_back_in sshd{.why = "sshd: the way back in"};
constexpr way_back_in network{.why = "the host's network: the way back in"};
constexpr way_back_in firewall{.why = "the host's firewall: the way back in"};
constexpr way_back_in login{.why = "login on a console: the way back in"};
constexpr way_back_in screen{.why = "login on a screen: the way back in", .yields_to_name = true};
constexpr way_back_in tunnel{.why = "a tunnel that may be the way back in", .yields_to_name = true};

constexpr auto rows = std::to_array<row>({
    {"ssh.service", "sshd", sshd},
    {"sshd.service", "sshd-*", sshd},
    {"ssh@*", "dropbear", sshd},
    {"sshd@*", "", sshd},
    {"dropbear.service", "", sshd},
    {"NetworkManager.service", "NetworkManager", network},
    {"NetworkManager-*", "nm-dispatcher", network},
    {"networking.service", "", network},
    {"network.service", "", network},
    {"ifup@*", "ifup", network},
    {"netplan-*", "", network},
    {"wpa_supplicant*", "wpa_supplicant", network},
    {"iwd.service", "iwd", network},
    {"connman.service", "connmand", network},
    {"dhclient*", "dhclient", network},
    {"dhcpcd*", "dhcpcd*", network},
    {"udhcpc*", "udhcpc", network},
    {"nftables.service", "", firewall},
    {"iptables.service", "", firewall},
    {"ip6tables.service", "", firewall},
    {"netfilter-persistent.service", "", firewall},
    {"ufw.service", "", firewall},
    {"firewalld.service", "firewalld", firewall},
    {"getty@*", "agetty", login},
    {"serial-getty@*", "mgetty", login},
    {"container-getty@*", "getty", login},
    {"console-getty.service", "", login},
    {"autovt@*", "", login},
    {"display-manager.service", "", screen},
    {"gdm.service", "gdm", screen},
    {"gdm3.service", "gdm3", screen},
    {"", "gdm-*", screen},
    {"lightdm.service", "lightdm", screen},
    {"sddm.service", "sddm*", screen},
    {"xdm.service", "xdm", screen},
    {"tailscaled.service", "tailscaled", tunnel},
    {"openvpn*", "openvpn", tunnel},
    {"wg-quick@*", "", tunnel},
    {"strongswan*", "charon*", tunnel},
    {"ipsec.service", "pluto", tunnel},
});

const way_back_in* find(std::string_view row::* column, std::string_view name) noexcept {
    const auto* const found = std::ranges::find_if(rows, [&](const row& r) { return means_name(r.*column, name); });
    return found == rows.end() ? nullptr : &found->what;
}

}  // namespace

const way_back_in* find_unit_on_way_back(std::string_view unit) noexcept { return find(&row::unit, unit); }

const way_back_in* find_program_on_way_back(std::string_view program) noexcept { return find(&row::program, program); }

}  // namespace mayhem::drivers
