#include "mayhem/async/detail/cancellation.hpp"

namespace mayhem::async::detail {

const asio::system_error& aborted() {
    static const asio::system_error e(asio::error::operation_aborted);
    return e;
}

std::exception_ptr cancellation() noexcept {
    try {
        return std::make_exception_ptr(aborted());
    } catch (...) {
        return std::current_exception();  // no memory
    }
}

}  // namespace mayhem::async::detail
