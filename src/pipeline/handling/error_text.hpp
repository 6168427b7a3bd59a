#pragma once

#include <exception>
#include <string>

namespace mayhem::pipeline {

/// What an exception says, for a record or a log.
[[nodiscard]] inline std::string text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "an exception of unknown type";
    }
}

}  // namespace mayhem::pipeline
