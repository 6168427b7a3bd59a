#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__SANITIZE_HWADDRESS__)
#define MAYHEM_FRAME_POOL_OFF 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(hwaddress_sanitizer)
#define MAYHEM_FRAME_POOL_OFF 1
#endif
#endif

namespace mayhem::async::detail {

/// Memory for coroutine frames and tasks: a free list for each size, one set a thread, no lock. A message's life takes
/// some twenty frames, each alive for a moment; from here one costs a few instructions, from malloc about fifty, and
/// Asio's own cache, which holds two, is missed nearly always.
///
/// What is freed goes to the freeing thread's list, up to `cached_max` of each size and `cached_bytes_max`, so a burst
/// gives its memory back, and a thread that ends all of it. Off under the sanitizers that must see every frame come and
/// go.
class frame_pool {
public:
    static constexpr std::size_t granule = 16;
    static constexpr std::size_t class_count = 96;  ///< sizes up to 1536 bytes; larger ones come from the heap
    static constexpr std::uint32_t cached_max = 512;
    static constexpr std::size_t cached_bytes_max = std::size_t{128} * 1024;

    static void* allocate(std::size_t size) {
#if !defined(MAYHEM_FRAME_POOL_OFF)
        const std::size_t index = class_of(size);
        if (index < class_count) [[likely]] {
            bin& b = of_this_thread.bins_[index];
            if (b.head != nullptr) {
                block* const taken = b.head;
                b.head = taken->next;
                ++b.room;
                return taken;
            }
            return ::operator new(index * granule + heap_header);
        }
#endif
        return ::operator new(size);
    }

    static void deallocate(void* memory, std::size_t size) noexcept {
#if !defined(MAYHEM_FRAME_POOL_OFF)
        const std::size_t index = class_of(size);
        if (index < class_count) [[likely]] {
            bin& b = of_this_thread.bins_[index];
            if (b.room > 0 || is_opened(b, index)) [[likely]] {
                b.head = ::new (memory) block{b.head};
                --b.room;
                return;
            }
        }
#else
        (void)size;
#endif
        ::operator delete(memory);
    }

private:
    /// The heap puts 8 bytes in front of each block and rounds up to 16: sizes of 16 n + 8 fill it.
    static constexpr std::size_t heap_header = 8;
    static constexpr std::size_t class_of(std::size_t size) noexcept {
        return (size + granule - heap_header - 1) / granule;
    }

    struct block {
        block* next;
    };
    struct bin {
        block* head = nullptr;
        std::uint32_t room = 0;  ///< for so many more
        bool is_open = false;    ///< it has got its room
    };

    /// Gives a thread's memory back at its end. Made by the first that is kept, so that using what is kept costs
    /// nothing.
    struct keeper {
        keeper() noexcept {}  // NOLINT(modernize-use-equals-default): not at compile time, but when it is used
        ~keeper() { of_this_thread.give_back(); }
    };

    /// Whether the bin has room now that it had not before.
    [[gnu::cold, gnu::noinline]] static bool is_opened(bin& b, std::size_t index) noexcept {
        if (b.is_open) {
            return false;
        }
        static thread_local const keeper gives_back_at_the_end;
        (void)&gives_back_at_the_end;
        b.is_open = true;
        b.room = static_cast<std::uint32_t>(
            std::min<std::size_t>(cached_max, cached_bytes_max / (index * granule + heap_header)));
        return true;
    }

    /// Nothing is kept from here on.
    void give_back() noexcept {
        for (bin& b : bins_) {
            while (b.head != nullptr) {
                ::operator delete(std::exchange(b.head, b.head->next));
            }
            b.room = 0;
            b.is_open = true;
        }
    }

    std::array<bin, class_count> bins_{};

    static thread_local constinit frame_pool of_this_thread;
};

inline thread_local constinit frame_pool frame_pool::of_this_thread{};

/// The same memory for what standard containers and `std::allocate_shared` make one at a time.
template <typename T>
struct pool_allocator {
    using value_type = T;

    pool_allocator() noexcept = default;
    template <typename U>
    pool_allocator(const pool_allocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] T* allocate(std::size_t n) { return static_cast<T*>(frame_pool::allocate(n * sizeof(T))); }
    void deallocate(T* p, std::size_t n) noexcept { frame_pool::deallocate(p, n * sizeof(T)); }

    friend bool operator==(const pool_allocator&, const pool_allocator&) noexcept = default;
};

}  // namespace mayhem::async::detail
