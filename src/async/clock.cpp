#include "mayhem/async/clock.hpp"

namespace mayhem::async {

clock::time_point real_clock::now() const noexcept { return std::chrono::steady_clock::now(); }

clock::wall_time_point real_clock::wall_now() const noexcept {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

clock::wall_time_point virtual_clock::wall_now() const noexcept {
    return wall_ + std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
}

void virtual_clock::advance_to(time_point t) noexcept {
    if (t > now_) {
        now_ = t;
    }
}

}  // namespace mayhem::async
