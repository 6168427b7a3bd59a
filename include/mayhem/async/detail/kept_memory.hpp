#pragma once

#include <cstddef>
#include <utility>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/detail/asio.hpp"

namespace mayhem::async::detail {

/// Memory for one operation of Asio at a time, kept from the beginning by whoever will start it: what has to go on when
/// memory has run out does not ask for any. Outlives the operation, at whose end Asio gives it back before it calls the
/// handler, which may start the next one.
class kept_memory {
public:
    kept_memory() = default;
    kept_memory(const kept_memory&) = delete;
    kept_memory& operator=(const kept_memory&) = delete;

    [[nodiscard]] void* take(std::size_t size) noexcept {
        MAYHEM_ASSERT(size <= sizeof bytes_, "kept_memory::bytes_ is as large as what Asio makes of a handler");
        MAYHEM_ASSERT(!is_taken_, "one operation at a time is started with kept memory");
        is_taken_ = true;
        return bytes_;
    }
    void give_back() noexcept { is_taken_ = false; }

private:
    bool is_taken_ = false;
    alignas(std::max_align_t) std::byte bytes_[192];
};

/// How Asio is told of it.
template <typename T>
class kept_allocator {
public:
    using value_type = T;

    explicit kept_allocator(kept_memory& m) noexcept : memory_(&m) {}
    template <typename U>
    kept_allocator(const kept_allocator<U>& other) noexcept  // NOLINT(google-explicit-constructor)
        : memory_(other.memory()) {}

    [[nodiscard]] T* allocate(std::size_t n) noexcept { return static_cast<T*>(memory_->take(n * sizeof(T))); }
    void deallocate(T*, std::size_t) noexcept { memory_->give_back(); }

    [[nodiscard]] kept_memory* memory() const noexcept { return memory_; }

    friend bool operator==(const kept_allocator&, const kept_allocator&) noexcept = default;

private:
    kept_memory* memory_;
};

/// A handler whose operation uses kept memory.
template <typename Function>
class with_memory {
public:
    using allocator_type = kept_allocator<void>;

    with_memory(kept_memory& m, Function f) noexcept : memory_(&m), function_(std::move(f)) {}

    [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type(*memory_); }

    template <typename... Arguments>
    void operator()(Arguments... a) {
        function_(a...);
    }

private:
    kept_memory* memory_;
    Function function_;
};

}  // namespace mayhem::async::detail
