#include "sim/judge/findings.hpp"

#include <utility>

namespace mayhem::sim {

void findings::add(violation v) {
    ++tallies_[v.promise].broken;
    if (violations_.size() < kept_max) {
        violations_.push_back(std::move(v));
    }
}

void findings::excuse(std::string_view promise, std::string text) {
    ++tallies_[std::string(promise)].excused;
    if (excuses_.size() < kept_max) {
        excuses_.push_back(std::string(promise) + ": " + std::move(text));
    }
}

void findings::blame_log(std::string text) {
    if (faults_of_log_.size() < kept_max) {
        faults_of_log_.push_back(std::move(text));
    }
}

}  // namespace mayhem::sim
