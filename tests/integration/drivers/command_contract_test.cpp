// Proves that the command driver keeps the contract of all drivers, with programs of an operator's kind: shell scripts
// beside a real process, which the test owns. Its incarnation is its number and when the kernel started it.
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "drivers/command/command_driver.hpp"
#include "integration/daemon/test_folder.hpp"
#include "integration/drivers/driver_contract.hpp"

namespace mayhem::drivers {

namespace {

/// The scripts keep the process's number in the file `pid`; the target exists while there is the file `defined`.
class command_bed : public driver_bed {
public:
    ~command_bed() override { vanish_target(); }

    std::unique_ptr<ports::driver> make_driver() override {
        return std::make_unique<command_driver>(
            command_driver_settings{.list = {"/bin/sh", list_},
                                    .restart = {"/bin/sh", restart_, "{id}", "{incarnation}"},
                                    .observe = {"/bin/sh", observe_, "{id}"}},
            [](std::string_view) {});
    }

    void create_target() override {
        if (std::system(("touch " + defined_ + " && /bin/sh " + start_).c_str()) != 0) {
            throw std::runtime_error("cannot start a process");
        }
    }

    void vanish_target() override { (void)std::system(("/bin/sh " + end_ + " 2> /dev/null").c_str()); }

private:
    const testing::test_folder folder_;
    const std::string pid_ = folder_ / "pid";
    const std::string defined_ = folder_ / "defined";

    // Field 22 of /proc/PID/stat, which is the 20th behind the name in parentheses.
    const std::string observe_ = folder_.write("observe.sh", "[ -e " + defined_ + " ] && pid=$(cat " + pid_ +
                                                                 ") && stat=$(cat /proc/$pid/stat) || exit 0\n"
                                                                 "set -- ${stat##*) }\n"
                                                                 "[ \"$1\" = Z ] || echo $pid:${20}\n");
    const std::string list_ =
        folder_.write("list.sh", "life=$(/bin/sh " + observe_ +
                                     ")\n[ -z \"$life\" ] || printf 'web\\t%s\\tthe web\\t%s\\n' $life $(date +%s)\n");
    const std::string start_ = folder_.write("start.sh", "sleep 1000 > /dev/null 2>&1 < /dev/null &\necho $! > " +
                                                             pid_ + ".new\nmv " + pid_ + ".new " + pid_ + "\n");
    const std::string end_ = folder_.write(
        "end.sh", "rm -f " + defined_ + "\npid=$(cat " + pid_ + ") || exit 0\nrm " + pid_ + "\nkill -9 $pid\n");
    const std::string restart_ =
        folder_.write("restart.sh", "[ \"$2\" = \"$(/bin/sh " + observe_ + ")\" ] || exit 3\nkill -9 ${2%%:*}\n" +
                                        "[ -e " + defined_ + " ] || exit 4\n/bin/sh " + start_ + "\n");
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Command, DriverContractTest, command_bed);

}  // namespace mayhem::drivers
