#include "mayhem/core/text/first_few.hpp"

#include <algorithm>

namespace mayhem::core {

std::string first_few(const std::vector<std::string>& texts, std::size_t max) {
    std::string all;
    for (std::size_t i = 0; i < std::min(texts.size(), max); ++i) {
        all.append(i == 0 ? "" : ", ").append(texts[i]);
    }
    return texts.size() > max ? all + " and " + std::to_string(texts.size() - max) + " more" : all;
}

}  // namespace mayhem::core
