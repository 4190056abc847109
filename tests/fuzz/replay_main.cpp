// Runs a fuzz target over files and folders named on the command line, where no fuzzing engine is linked: fuzz code is built
// and its corpus replayed on every machine. Exit 0 when every input passed, 64 without arguments, 66 where one
// of them is missing or there is no input.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  // An exact-size copy, so that AddressSanitizer sees a read of even one byte past the end.
  const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s FILE|DIRECTORY…\n", argv[0]);
    return 64;
  }
  int inputs = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::filesystem::is_regular_file(argv[i])) {
      run(argv[i]);
      ++inputs;
      continue;
    }
    if (!std::filesystem::is_directory(argv[i])) {
      std::fprintf(stderr, "%s: there is no such file or folder\n", argv[i]);
      return 66;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      run(entry.path());
      ++inputs;
    }
  }
  std::printf("replayed %d inputs\n", inputs);
  return inputs > 0 ? 0 : 66;
}
