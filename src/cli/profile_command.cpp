#include "cli/profile_command.hpp"

#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/output_file.hpp"
#include "cli/standard_output.hpp"
#include "daemon/exit_status.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;

constexpr std::chrono::seconds patience{20};  // beyond the profile's own length

/// The format (gperftools' docs/cpuprofile-fileformat.html) is machine words: a header of 2 + n words whose second is
/// n, then records of a count, a depth and so many addresses, of which the last has the count 0.
class word_reader {
public:
    explicit word_reader(std::string_view bytes) : rest_(bytes) {}

    std::optional<std::uint64_t> next() {
        std::uint64_t word = 0;
        if (rest_.size() < sizeof word) {
            return std::nullopt;
        }
        std::memcpy(&word, rest_.data(), sizeof word);
        rest_.remove_prefix(sizeof word);
        return word;
    }

    bool skip(std::uint64_t words) {
        if (rest_.size() / sizeof(std::uint64_t) < words) {
            return false;
        }
        rest_.remove_prefix(words * sizeof(std::uint64_t));
        return true;
    }

private:
    std::string_view rest_;
};

}  // namespace

std::optional<std::uint64_t> count_samples(std::string_view profile) {
    word_reader words(profile);
    const std::optional<std::uint64_t> first = words.next();
    const std::optional<std::uint64_t> length = words.next();
    if (first != 0U || !length || !words.skip(*length)) {
        return std::nullopt;
    }
    std::uint64_t samples = 0;
    for (;;) {
        const std::optional<std::uint64_t> count = words.next();
        const std::optional<std::uint64_t> depth = words.next();
        if (!count || !depth || !words.skip(*depth)) {
            return std::nullopt;
        }
        if (*count == 0) {
            return samples;
        }
        samples += *count;
    }
}

int profile(const control_options& o, const control_client& daemon) {
    output_file file(o.output);
    const std::chrono::seconds length{o.seconds};
    const control_client::reply r = daemon.post("/v1/profile", json{{"seconds", o.seconds}}.dump(), length + patience);
    if (r.status != 200) {
        return say_no(r);
    }
    const std::optional<std::uint64_t> samples = count_samples(r.body);
    if (!samples) {
        print_error("mayhem: what the daemon sent is no CPU profile");
        return static_cast<int>(app::exit_status::findings);
    }
    file.write(r.body);
    if (o.json) {
        const json j{{"file", o.output.string()}, {"seconds", o.seconds}, {"samples", *samples}};
        print_json(core::json_text(j));
        return 0;
    }
    print(fmt::format("{}: {} samples of the CPU in {} s{}\n", o.output.string(), *samples, o.seconds,
                      *samples == 0 ? ": the daemon had nothing to do" : ""));
    std::error_code unknown;
    print(fmt::format("Next: google-pprof --callgrind {1} {0} > {0}.callgrind && kcachegrind {0}.callgrind\n",
                      o.output.string(), std::filesystem::read_symlink("/proc/self/exe", unknown).string()));
    return 0;
}

}  // namespace mayhem::cli
