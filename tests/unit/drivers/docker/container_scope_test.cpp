// Proves in which scope of systemd's a container lives, and that another one's is never taken for it.
#include "drivers/docker/container_scope.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {
namespace {

TEST(ContainerScopeTest, IsNamedByItsEngineAndItsId) {
    EXPECT_EQ(scope_of("0::/system.slice/docker-0abc.scope\n", "0abc"), "docker-0abc.scope");
    EXPECT_EQ(scope_of("3:cpu:/x\n1:name=systemd:/machine.slice/libpod-0abc.scope/container\n", "0abc"),
              "libpod-0abc.scope");
}

TEST(ContainerScopeTest, WithoutSystemdThereIsNone) {
    EXPECT_EQ(scope_of("0::/docker/0abc\n", "0abc"), "");
    EXPECT_EQ(scope_of("0::/system.slice/docker-0abcd.scope\n", "0abc"), "");
    EXPECT_EQ(scope_of("0::/system.slice/docker-0abc.scope.d\n", "0abc"), "");
    EXPECT_EQ(scope_of("", "0abc"), "");
}

}  // namespace
}  // namespace mayhem::drivers
