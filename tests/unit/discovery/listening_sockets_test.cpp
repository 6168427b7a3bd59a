// Proves who listens where, by the kernel's own tables and by a process file system that the test makes.
#include "discovery/listening_sockets.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::app {

namespace {

constexpr const char* table =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000   106        0 111 1 0 100 0 0 10 0\n"
    "   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0\n"
    "   2: 0100007F:A001 0100007F:18EB 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0\n"
    "   3: nonsense\n";
constexpr const char* table6 =
    "  sl  local_address                         remote_address                        st\n"
    "   0: 00000000000000000000000001000000:1538 00000000000000000000000000000000:0000 0A 00000000:00000000 "
    "00:00000000 00000000   107        0 444 1 0 100 0 0 10 0\n";

/// A /proc with one process, which has these sockets.
class proc_imitation {
public:
    proc_imitation(const std::string& group, const std::vector<int>& inodes) {
        std::filesystem::create_directories(root_ / "self/net");
        std::filesystem::create_directories(root_ / "17/fd");
        std::ofstream(root_ / "self/net/tcp") << table;
        std::ofstream(root_ / "self/net/tcp6") << table6;
        std::ofstream(root_ / "17/cgroup") << "0::" << group << "\n";
        for (const int inode : inodes) {
            std::filesystem::create_symlink("socket:[" + std::to_string(inode) + "]",
                                            root_ / "17/fd" / std::to_string(inode));
        }
    }
    ~proc_imitation() { std::filesystem::remove_all(root_); }
    proc_imitation(const proc_imitation&) = delete;
    proc_imitation& operator=(const proc_imitation&) = delete;

    [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }

private:
    const std::filesystem::path root_ =
        std::filesystem::path(::testing::TempDir()) / ("listening_sockets_test." + std::to_string(::getpid()));
};

}  // namespace

TEST(ListeningSocketsTest, ReadsTheKernelsTables) {
    const std::vector<listening_socket> found = parse_listening(table);

    ASSERT_EQ(found.size(), 2U) << "who is connected does not listen";
    EXPECT_EQ(found[0].where, (listener{"127.0.0.1", 6379}));
    EXPECT_EQ(found[0].inode, 111U);
    EXPECT_EQ(found[1].where, (listener{"127.0.0.1", 80})) << "on every address: this host's own as well";
    ASSERT_EQ(parse_listening(table6).size(), 1U);
    EXPECT_EQ(parse_listening(table6)[0].where, (listener{"::1", 5432}));
    EXPECT_TRUE(parse_listening("").empty());
}

TEST(ListeningSocketsTest, AServiceListensWhereItsProcessesDo) {
    const proc_imitation proc("/system.slice/redis-server.service", {111, 333, 999});

    const auto found = find_listeners(proc.root());

    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.at("redis-server.service"), std::vector<listener>({{"127.0.0.1", 6379}}));
}

TEST(ListeningSocketsTest, WhatIsNoServiceOfTheHostIsNobodys) {
    EXPECT_TRUE(find_listeners(proc_imitation("/user.slice/user-0.slice/session-1.scope", {111}).root()).empty());
    EXPECT_TRUE(
        find_listeners(proc_imitation("/user.slice/user-7.slice/user@7.service/app.slice/web.service", {111}).root())
            .empty());
    EXPECT_TRUE(find_listeners("/nowhere").empty());
}

}  // namespace mayhem::app
