#include "mayhem/async/settled.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <typeinfo>

#include "mayhem/async/detail/asio.hpp"

namespace mayhem::async {

namespace {

/// The exception, if a handler for `asio::system_error` would catch it; null if not. `error` is not null.
const asio::system_error* find_system_error(const std::exception_ptr& error) noexcept {
#if defined(__GLIBCXX__)
    // As the C++ library's own handlers ask it: to throw costs ten thousand instructions, and each cancelled task asks.
    static_assert(sizeof(std::exception_ptr) == sizeof(void*), "libstdc++ keeps a pointer to the exception");
    void* object = std::bit_cast<void*>(reinterpret_cast<const std::array<std::byte, sizeof(void*)>&>(error));
    const bool would_catch = typeid(asio::system_error).__do_catch(error.__cxa_exception_type(), &object, 1);
    return would_catch ? static_cast<const asio::system_error*>(object) : nullptr;
#else
    try {
        std::rethrow_exception(error);
    } catch (const asio::system_error& e) {
        return &e;  // which `error` keeps
    } catch (...) {
        return nullptr;
    }
#endif
}

}  // namespace

bool is_cancellation(const std::exception_ptr& error) noexcept {
    const asio::system_error* const e = error ? find_system_error(error) : nullptr;
    return e != nullptr && e->code() == asio::error::operation_aborted;
}

std::string text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "an exception of unknown type";
    }
}

}  // namespace mayhem::async
