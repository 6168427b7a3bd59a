// Proves which containers a selector matches, and above all which it does not: without the opt-in label, none.
#include "drivers/docker/docker_selector.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

container web() {
    container c;
    c.id = "abc";
    c.name = "web-1";
    c.image = "docker.io/library/nginx:1.25";
    c.labels = {{"mayhem.enabled", "true"}, {"app", "shop"}};
    return c;
}

}  // namespace

TEST(DockerSelectorTest, DemandsAllThatIsGiven) {
    const docker_selector all{.labels = {"app=shop", "app"}, .names = name_patterns({"web-*"}), .image = "nginx"};

    EXPECT_TRUE(all.matches(web()));
    EXPECT_FALSE((docker_selector{.labels = {"app=shop", "tier"}}.matches(web())));
    EXPECT_FALSE((docker_selector{.labels = {"app=sho"}}.matches(web())));
    EXPECT_FALSE((docker_selector{.names = name_patterns({"web"})}.matches(web()))) << "the whole name";
    EXPECT_FALSE((docker_selector{.image = "ngin"}.matches(web())));
}

TEST(DockerSelectorTest, DemandsTheOptInLabelUnlessToldOtherwise) {
    container c = web();
    c.labels["mayhem.enabled"] = "false";

    EXPECT_FALSE((docker_selector{.names = name_patterns({"web-1"})}.matches(c)));
    EXPECT_TRUE((docker_selector{.names = name_patterns({"web-1"}), .demands_opt_in = false}.matches(c)));
}

TEST(DockerSelectorTest, GoesByTheListWhereThatIsEnough) {
    const docker_selector s{.names = name_patterns({"web-?"})};

    EXPECT_TRUE(s.may_match({.id = "a", .name = "web-1", .labels = web().labels}));
    EXPECT_TRUE(s.may_match({.id = "a", .name = "", .labels = web().labels})) << "to be looked at";
    EXPECT_FALSE(s.may_match({.id = "a", .name = "db", .labels = web().labels}));
    EXPECT_FALSE(s.may_match({.id = "a", .name = "web-1", .labels = {}}));
}

TEST(DockerSelectorTest, LeavesOutWhatIsExcluded) {
    container db = web();
    db.name = "shop-db-1";
    db.labels["service"] = "db";

    const docker_selector by_name{.labels = {"app=shop"}, .names = name_patterns({"!*-db-*"})};
    const docker_selector by_label{.labels = {"app=shop", "!service=db"}};
    const docker_selector by_key{.labels = {"app=shop", "!service"}};
    for (const docker_selector& s : {by_name, by_label, by_key}) {
        EXPECT_TRUE(s.matches(web())) << s.describe();
        EXPECT_FALSE(s.matches(db)) << s.describe();
        EXPECT_FALSE(s.may_match({.id = "a", .name = db.name, .labels = db.labels})) << s.describe();
        EXPECT_FALSE(s.excludes_everything()) << s.describe();
    }
    EXPECT_EQ(by_name.describe(), "label app=shop, name !*-db-*, label mayhem.enabled=true");
}

TEST(DockerSelectorTest, TakesOneOfSeveralNames) {
    const docker_selector s{.names = name_patterns({"db", "web-*", "!web-9"})};
    container c = web();

    EXPECT_TRUE(s.matches(c));
    c.name = "web-9";
    EXPECT_FALSE(s.matches(c));
    c.name = "cache";
    EXPECT_FALSE(s.matches(c));
}

TEST(DockerSelectorTest, KnowsWhenNothingIsLeft) {
    EXPECT_TRUE((docker_selector{.names = name_patterns({"web-1", "!web-*"})}.excludes_everything()));
    EXPECT_TRUE((docker_selector{.labels = {"app", "!app"}}.excludes_everything()));
    EXPECT_TRUE((docker_selector{.labels = {"app", "!mayhem.enabled"}}.excludes_everything()));
    EXPECT_FALSE(
        (docker_selector{.labels = {"app", "!mayhem.enabled"}, .demands_opt_in = false}.excludes_everything()));
}

TEST(DockerSelectorTest, KnowsImagesByTheirShortNames) {
    EXPECT_TRUE(matches_image("nginx", "nginx:1.25"));
    EXPECT_TRUE(matches_image("nginx:1.*", "docker.io/library/nginx:1.25"));
    EXPECT_TRUE(matches_image("acme/shop", "docker.io/acme/shop@sha256:12"));
    EXPECT_TRUE(matches_image("shop", "localhost/shop:latest"));
    EXPECT_TRUE(matches_image("registry:5000/shop", "registry:5000/shop:2"));
    EXPECT_TRUE(matches_image("registry:5000/shop", "registry:5000/shop"));
    EXPECT_FALSE(matches_image("nginx", "evil.example/nginx"));
    EXPECT_FALSE(matches_image("nginx", "nginx-unit:1"));
}

}  // namespace mayhem::drivers
