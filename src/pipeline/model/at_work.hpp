#pragma once

#include <utility>

namespace mayhem::pipeline {

/// Somebody is at work on `who`, who is in `all`; gives it free at the end. `all` outlives it.
template <typename Set>
class at_work {
public:
    at_work(Set& all, typename Set::key_type who) : all_(all), who_(std::move(who)) {}
    ~at_work() { all_.erase(who_); }
    at_work(const at_work&) = delete;
    at_work& operator=(const at_work&) = delete;

private:
    Set& all_;
    const typename Set::key_type who_;
};

}  // namespace mayhem::pipeline
