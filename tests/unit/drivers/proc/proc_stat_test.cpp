// Proves that /proc/PID/stat is read right whatever a process calls itself, and never half, with texts as the kernel
// writes them.
#include "drivers/proc/proc_stat.hpp"

#include <gtest/gtest.h>

#include "unit/drivers/fake_proc.hpp"

namespace mayhem::drivers {

TEST(ProcStatTest, ReadsTheFields) {
    const std::string text = fake_proc::stat_text(
        {.pid = 42, .parent = 7, .group = 40, .start_ticks = 98765, .state = 'D', .name = "worker"});

    const auto process = parse_proc_stat(text);

    ASSERT_TRUE(process);
    EXPECT_EQ(process->pid, 42);
    EXPECT_EQ(process->parent, 7);
    EXPECT_EQ(process->group, 40);
    EXPECT_EQ(process->start_ticks, 98765U);
    EXPECT_EQ(process->state, 'D');
    EXPECT_EQ(process->name, "worker");
    EXPECT_FALSE(process->is_kernel_thread);
    EXPECT_TRUE(process->is_running());
}

TEST(ProcStatTest, ReadsNamesThatLookLikeTheEndOfTheName) {
    for (const char* name : {"a b", "(sd-pam)", ") R 1 1", "a) (b", "", "((("}) {
        const auto process = parse_proc_stat(fake_proc::stat_text({.pid = 42, .start_ticks = 5, .name = name}));

        ASSERT_TRUE(process) << name;
        EXPECT_EQ(process->name, name);
        EXPECT_EQ(process->start_ticks, 5U);
    }
}

TEST(ProcStatTest, MakesNamesPrintable) {
    EXPECT_EQ(parse_proc_stat(fake_proc::stat_text({.pid = 1, .name = "a\nb\xff"}))->name, "a?b?");
}

TEST(ProcStatTest, TellsKernelThreadsAndZombies) {
    const auto thread = parse_proc_stat(fake_proc::stat_text({.pid = 2, .flags = 0x00208040, .name = "kthreadd"}));
    const auto zombie = parse_proc_stat(fake_proc::stat_text({.pid = 3, .state = 'Z'}));

    EXPECT_TRUE(thread->is_kernel_thread);
    EXPECT_FALSE(zombie->is_running());
}

TEST(ProcStatTest, TellsWhatHasATerminal) {
    EXPECT_TRUE(parse_proc_stat(fake_proc::stat_text({.pid = 2, .terminal = 34816}))->has_terminal);
    EXPECT_TRUE(parse_proc_stat(fake_proc::stat_text({.pid = 2, .terminal = -2147483648}))->has_terminal);
    EXPECT_FALSE(parse_proc_stat(fake_proc::stat_text({.pid = 2}))->has_terminal);
}

TEST(ProcStatTest, ReadsNothingFromTextThatIsCutAnywhere) {
    const std::string text = fake_proc::stat_text({.pid = 42, .start_ticks = 98765});
    const std::size_t needed = text.find("98765") + 5;

    for (std::size_t length = 0; length <= needed; ++length) {
        EXPECT_FALSE(parse_proc_stat(text.substr(0, length))) << length;
    }
    EXPECT_TRUE(parse_proc_stat(text.substr(0, needed + 1)));
}

}  // namespace mayhem::drivers
