#pragma once

#include <exception>

#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

inline frame::frame(std::source_location at) noexcept
    : branch_(detail::current_branch), caller_(branch_ != nullptr ? branch_->top : nullptr), at_(at) {
    if (branch_ != nullptr) {
        branch_->top = this;
    }
}

inline frame::~frame() {
    if (branch_ == nullptr) {
        return;
    }
    branch_->top = caller_;
    if (std::uncaught_exceptions() > 0) [[unlikely]] {
        branch_->note_unwinding(*this);
    }
}

}  // namespace mayhem::async
