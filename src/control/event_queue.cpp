#include "control/event_queue.hpp"

#include <algorithm>
#include <cstring>

namespace mayhem::control {

bool event_queue::append(std::string_view text) {
    if (is_closed_) {
        return false;
    }
    if (text_.size() - taken_ + text.size() > bytes_max) {
        is_overrun_ = true;
        close();
        return false;
    }
    if (taken_ > text_.size() / 2) {
        text_.erase(0, taken_);
        taken_ = 0;
    }
    text_ += text;
    if (changed_) {
        changed_();
    }
    return true;
}

std::size_t event_queue::take(std::span<char> room) noexcept {
    const std::size_t count = std::min(room.size(), text_.size() - taken_);
    std::memcpy(room.data(), text_.data() + taken_, count);
    taken_ += count;
    return count;
}

void event_queue::close() {
    is_closed_ = true;
    if (changed_) {
        changed_();
    }
}

}  // namespace mayhem::control
