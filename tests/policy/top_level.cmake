# Fails on a file or folder at the top of ROOT that was not agreed upon. What .gitignore names (build folders) may be there.
cmake_minimum_required(VERSION 3.25)
set(agreed CMakeLists.txt CMakePresets.json LICENSE README.md cmake docs include src tests)
set(ignored "^(build|build-.*|out|CMakeUserPresets\\.json|compile_commands\\.json)$")

file(GLOB entries RELATIVE ${ROOT} ${ROOT}/*)
list(FILTER entries EXCLUDE REGEX "^\\.")
list(FILTER entries EXCLUDE REGEX "${ignored}")
list(REMOVE_ITEM entries ${agreed})
if(entries)
    message(FATAL_ERROR "Not agreed upon at the top of the repository: ${entries}")
endif()
