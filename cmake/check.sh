#!/usr/bin/env bash
# Builds everything in Release and runs all tests; exits with ctest's status, after a summary of what failed. Needs nothing but
# a clone of the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash cmake/install-packages.sh
cmake --preset release
cmake --build --preset release
status=0
ctest --preset release --parallel "$(nproc)" || status=$?
((status == 0)) || bash cmake/failed-tests.sh build/release
exit "$status"
