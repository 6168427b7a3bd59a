#include "system/process_exit.hpp"

#include "system/readable.hpp"

namespace mayhem::system {

async::awaitable<void> process_exit(const pidfd& process) { return readable(process.get()); }

}  // namespace mayhem::system
