#pragma once

#include <string_view>
#include <vector>

#include "mayhem/ports/observer.hpp"

namespace mayhem::telemetry {

/// Tells several observers, in order, what one is told. They outlive it, or it is not told anything any more.
class fan_out final : public ports::observer {
public:
    void add(ports::observer& o) { observers_.push_back(&o); }

    void observe(const ports::step& s) noexcept override {
        for (ports::observer* const o : observers_) {
            o->observe(s);
        }
    }
    void skipped(const core::skip& s) noexcept override {
        for (ports::observer* const o : observers_) {
            o->skipped(s);
        }
    }
    void warn(std::string_view text) noexcept override {
        for (ports::observer* const o : observers_) {
            o->warn(text);
        }
    }

private:
    std::vector<ports::observer*> observers_;
};

}  // namespace mayhem::telemetry
