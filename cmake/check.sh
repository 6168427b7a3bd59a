#!/usr/bin/env bash
# Builds everything in Release and runs all tests; exits with ctest's status. Needs nothing but a clone of the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash cmake/install-packages.sh
cmake --preset release
cmake --build --preset release
exec ctest --preset release --parallel "$(nproc)"
