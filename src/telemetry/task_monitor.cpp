#include "telemetry/task_monitor.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/tasks.hpp"

namespace mayhem::telemetry {

async::awaitable<void> monitor_tasks(async::clock::duration period, std::function<void(const std::string&)> tell) {
    const async::frame here;
    for (;;) {
        for (const async::task_info& t : async::tasks(async::this_loop())) {
            if (!t.is_current) {
                std::string text = async::to_string(t, monitored_frames_max);
                text.pop_back();  // the last line's end
                tell(text);
            }
        }
        co_await async::sleep_for(period);
    }
}

}  // namespace mayhem::telemetry
