#include "support/scarce_memory.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace mayhem::test {

namespace {

struct shortage {
    bool is_on = false;
    std::size_t allocations_left = 0;
    std::size_t given_back = 0;
    std::size_t refusals = 0;

    [[nodiscard]] bool has(std::size_t size) noexcept {
        if (!is_on) {
            return true;
        }
        if (allocations_left > 0) {
            --allocations_left;
            return true;
        }
        if (size <= given_back) {
            given_back -= size;
            return true;
        }
        ++refusals;
        return false;
    }
};
thread_local constinit shortage of_this_thread{};

constinit std::atomic<std::size_t> held = 0;

}  // namespace

std::size_t pieces_held() noexcept { return held; }

scarce_memory::scarce_memory(std::size_t allocations) noexcept {
    of_this_thread = {.is_on = true, .allocations_left = allocations, .given_back = 0, .refusals = 0};
}

scarce_memory::~scarce_memory() { of_this_thread.is_on = false; }

std::size_t scarce_memory::refusals() const noexcept { return of_this_thread.refusals; }

}  // namespace mayhem::test

void* operator new(std::size_t size) {
    void* const memory = std::malloc(size);
    if (memory == nullptr || !mayhem::test::of_this_thread.has(::malloc_usable_size(memory))) {
        std::free(memory);
        throw std::bad_alloc();
    }
    ++mayhem::test::held;
    return memory;
}

void operator delete(void* memory) noexcept {
    mayhem::test::shortage& s = mayhem::test::of_this_thread;
    if (s.is_on && s.allocations_left == 0) {
        s.given_back += ::malloc_usable_size(memory);
    }
    mayhem::test::held -= memory != nullptr ? 1 : 0;
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { ::operator delete(memory); }
