#include <iostream>

void say(const char* text) { std::cerr << text; }
