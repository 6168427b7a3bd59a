#include <string>

std::string second();
