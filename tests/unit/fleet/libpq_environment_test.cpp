// Proves that libpq finds nothing in the environment that it could believe.
#include "fleet/libpq_environment.hpp"

#include <cstdlib>

#include <gtest/gtest.h>
#include <libpq-fe.h>

namespace mayhem::fleet {
namespace {

TEST(LibpqEnvironmentTest, EveryVariableThatLibpqKnowsIsForgotten) {
    PQconninfoOption* const known = PQconndefaults();
    ASSERT_NE(known, nullptr);
    int count = 0;
    for (const PQconninfoOption* o = known; o->keyword != nullptr; ++o) {
        if (o->envvar != nullptr) {
            ::setenv(o->envvar, "9999", 1);
            ++count;
        }
    }
    PQconninfoFree(known);
    ::setenv("PGTZ", "Mars/Olympus", 1);
    ::setenv("PGSERVICEFILE", "/nowhere", 1);
    EXPECT_GT(count, 15);
    ASSERT_NE(believed_variable(), nullptr);

    forget_environment();

    EXPECT_EQ(believed_variable(), nullptr);
    EXPECT_EQ(::getenv("PGPASSWORD"), nullptr);
    EXPECT_EQ(::getenv("PGHOST"), nullptr);
    EXPECT_EQ(::getenv("PGTZ"), nullptr);
}

TEST(LibpqEnvironmentTest, WhatIsNotLibpqsStays) {
    ::setenv("PGDATA", "/var/lib/postgresql", 1);
    ::setenv("MAYHEM_TEST_PG", "1", 1);

    forget_environment();

    EXPECT_STREQ(::getenv("PGDATA"), "/var/lib/postgresql");
    EXPECT_STREQ(::getenv("MAYHEM_TEST_PG"), "1");
    ::unsetenv("PGDATA");
}

}  // namespace
}  // namespace mayhem::fleet
