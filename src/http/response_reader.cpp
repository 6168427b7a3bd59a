#include "http/response_reader.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::http {

bool response_reader::has_room_for(std::size_t bytes) noexcept {
    received_ += bytes;
    is_too_large_ = is_too_large_ || received_ > bytes_max_;
    return !is_too_large_;
}

bool response_reader::take_header(std::string_view line) {
    if (!has_room_for(line.size())) {
        return false;
    }
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
        line.remove_suffix(1);
    }
    const std::size_t colon = line.find(':');
    if (line.starts_with("HTTP/")) {
        response_.headers.clear();  // those before belong to an interim answer
        is_head_complete_ = false;
    } else if (line.empty()) {
        is_head_complete_ = true;
    } else if (colon != std::string_view::npos) {
        std::string_view value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        response_.headers.emplace_back(line.substr(0, colon), value);
    }
    return true;
}

bool response_reader::take_body(std::string_view piece) {
    if (!has_room_for(piece.size())) {
        return false;
    }
    response_.body.append(piece);
    return true;
}

response response_reader::take(int status) {
    response_.status = status;
    return std::move(response_);
}

}  // namespace mayhem::http
