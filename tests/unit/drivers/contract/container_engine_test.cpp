// Proves what counts as running the containers of a host, and that nothing does which only sounds like it.
#include "drivers/contract/container_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {

TEST(ContainerEngineTest, KnowsTheUnitsOfEngines) {
    for (const char* unit : {"docker.service", "containerd.service", "podman.service", "crio.service", "k3s.service",
                             "lxd.service", "incus.service"}) {
        EXPECT_TRUE(why_engine_unit(unit)) << unit;
    }
    for (const char* unit : {"docker-registry.service", "web.service", "docker.socket", "podman-restart.service", ""}) {
        EXPECT_FALSE(why_engine_unit(unit)) << unit;
    }
}

TEST(ContainerEngineTest, KnowsProgramsByTheirNamesOrTheirFiles) {
    for (const char* name : {"dockerd", "containerd", "containerd-shim", "containerd-shim-runc-v2", "podman", "conmon",
                             "docker-proxy", "crio", "k3s-server"}) {
        EXPECT_TRUE(why_engine_program(name, "")) << name;
        EXPECT_TRUE(why_engine_program("innocent", name)) << name;
    }
    for (const char* name : {"docker", "nginx", "containerd-stress", "podman-compose", ""}) {
        EXPECT_FALSE(why_engine_program(name, name)) << name;
    }
}

TEST(ContainerEngineTest, SaysWhoseContainersTheyAreAndWhatToDo) {
    EXPECT_EQ(why_engine_program("conmon", ""),
              "it runs Podman's containers, which would be hit with it: name the one that is meant");
}

}  // namespace mayhem::drivers
