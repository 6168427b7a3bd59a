#include "actions/throttle_rights.hpp"

#include <sys/statfs.h>
#include <unistd.h>

namespace mayhem::actions {

namespace {

bool has_version_2() {
    constexpr unsigned long cgroup2 = 0x63677270;
    struct statfs found{};
    return ::statfs("/sys/fs/cgroup", &found) == 0 && static_cast<unsigned long>(found.f_type) == cgroup2;
}

}  // namespace

std::string why_not_throttle(const core::unit_limits& wanted, bool is_root, bool is_version_2) {
    if (!is_version_2 && (wanted.memory_high || wanted.io_read || wanted.io_write)) {
        return "memory_high, io_read and io_write have no effect on this host, whose control groups are not all of "
               "version 2: use cpu, or start the host with systemd.unified_cgroup_hierarchy=1";
    }
    return is_root
               ? std::string()
               : "Mayhem does not run as root, so that polkit must allow its user the verb set-property for each unit "
                 "that is to be throttled (action = \"throttle\")";
}

std::string why_not_throttle(const core::unit_limits& wanted) {
    return why_not_throttle(wanted, ::geteuid() == 0, has_version_2());
}

}  // namespace mayhem::actions
