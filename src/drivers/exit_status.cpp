#include "drivers/exit_status.hpp"

#include "drivers/signal_name.hpp"

namespace mayhem::drivers {

std::string exit_status::describe() const {
    if (!by_signal) {
        return "exited with status " + std::to_string(number);
    }
    return "killed by " + signal_name(number) + (core_dumped ? " (core dumped)" : "");
}

}  // namespace mayhem::drivers
