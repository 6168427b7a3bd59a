#pragma once

#include <memory>
#include <string>

#include "notify/event.hpp"

namespace mayhem::test {

inline notify::event event_of_kind(notify::event_kind k) {
    notify::event e;
    e.kind = k;
    e.at = core::wall_time{std::chrono::seconds{1'795'467'217}};
    e.id = "0d5e6b8e-0000-4000-8000-000000000001";
    e.host = "db1";
    e.group = "web";
    e.target = "nginx.service";
    e.message = "0d5e6b8e-0000-4000-8000-00000000000a";
    e.attempt = 5;
    e.detail = "it is <gone> & lost";
    e.who = "root";
    return e;
}

inline std::shared_ptr<const notify::event> shared_event(const std::string& target) {
    notify::event e = event_of_kind(notify::event_kind::restarted);
    e.target = target;
    return std::make_shared<const notify::event>(std::move(e));
}

}  // namespace mayhem::test
