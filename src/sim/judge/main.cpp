#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>

#include "sim/judge/event_file.hpp"
#include "sim/judge/judge.hpp"
#include "sim/judge/verdict_text.hpp"

namespace {

enum exit_status { clean = 0, broken = 1, bad_input = 2 };

constexpr const char* usage =
    "mayhem-judge FILE: reads a log of events (docs/simulation.md; - is standard input) and says which promises were "
    "broken.\n"
    "Ends with 0 if none was, 1 if one was, 2 if the log cannot be read or contradicts itself.\n";

int run(const char* path) {
    std::ifstream file;
    const bool is_standard_input = std::strcmp(path, "-") == 0;
    if (!is_standard_input) {
        file.open(path);
        if (!file) {
            std::cerr << "mayhem-judge: cannot open " << path << ": " << std::strerror(errno) << '\n';
            return bad_input;
        }
    }
    const auto events = mayhem::sim::read_events(is_standard_input ? std::cin : file);
    if (!events) {
        std::cerr << "mayhem-judge: " << path << ": " << events.error() << '\n';
        return bad_input;
    }
    const mayhem::sim::findings found = mayhem::sim::judge_all(*events);
    std::cout << mayhem::sim::to_text(found, *events) << std::flush;
    const bool is_broken = !found.violations().empty();
    return is_broken ? broken : found.is_clean() ? clean : bad_input;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 || std::strcmp(argv[1], "--help") == 0) {
        (argc == 2 ? std::cout : std::cerr) << usage;
        return argc == 2 ? clean : bad_input;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception& e) {
        std::cerr << "mayhem-judge: " << e.what() << '\n';
        return bad_input;
    }
}
