#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mayhem::stores {

/// How long commits took. Counted by the database thread, read by any.
class commit_times {
public:
    /// Bucket i has what took less than 2^i * 100 microseconds (and not less than half of that); the last, the rest.
    static constexpr std::size_t bucket_count = 17;

    struct snapshot {
        std::array<std::uint64_t, bucket_count> counts{};
        std::chrono::nanoseconds sum{};
    };

    void add(std::chrono::nanoseconds took) noexcept {
        std::size_t bucket = 0;
        while (bucket + 1 < bucket_count && took >= upper_bound(bucket)) {
            ++bucket;
        }
        counts_[bucket].fetch_add(1, std::memory_order_relaxed);
        sum_ns_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
    }

    [[nodiscard]] snapshot read() const noexcept {
        snapshot s;
        for (std::size_t i = 0; i < bucket_count; ++i) {
            s.counts[i] = counts_[i].load(std::memory_order_relaxed);
        }
        s.sum = std::chrono::nanoseconds{sum_ns_.load(std::memory_order_relaxed)};
        return s;
    }

    [[nodiscard]] static constexpr std::chrono::nanoseconds upper_bound(std::size_t bucket) noexcept {
        return std::chrono::microseconds{100} * (std::int64_t{1} << bucket);
    }

private:
    std::array<std::atomic<std::uint64_t>, bucket_count> counts_{};
    std::atomic<std::uint64_t> sum_ns_{0};
};

}  // namespace mayhem::stores
